import type { Advantages, CreditTerm, TurnRewardBatch } from '@turnwise/advantages';
import { evaluateLoss } from './evaluate-loss.js';
import type { PolicyBatch } from './policy-batch.js';
import type { PolicyLoss } from './policy-loss.js';
import { sequencesAndTurns } from './token-sets.js';
import { tokenWeights } from './token-weights.js';

/** What an update was computed from. Keeping these costs nothing; everything is computed when the question is asked. */
export interface LedgerInputs {
  /** Of `turnRewardBatch`. */
  readonly rewards: TurnRewardBatch;
  readonly advantages: Advantages;
  /** Packed from the included trajectories with these advantages. */
  readonly batch: PolicyBatch;
  readonly loss: PolicyLoss;
  /** `[sequences, tokens]`, of the policy when the loss was taken. */
  readonly policyLogprobs: ArrayLike<number>;
  /** Per turn, for the return that is shown; the estimator's own is not known here. Default 1. */
  readonly discount?: number;
  /** The rows of the optimizer step. Default: all. */
  readonly rows?: readonly number[];
}

/** A turn whose reward is part of a token's return. */
export interface ExplainedReward {
  readonly turn: number;
  /** By kind, shaping among them. */
  readonly parts: Readonly<Record<string, number>>;
  readonly total: number;
  /** `discount^distance * total`. */
  readonly discounted: number;
}

/** A term of an advantage. */
export interface ExplainedCredit extends Omit<CreditTerm, 'place'> {
  /** Of the trajectory: the token's own turn, or a later one that hands credit back. */
  readonly turn: number;
}

/** Where the coefficient of one token comes from, in the order in which it is computed. */
export interface Explanation {
  readonly trajectory: number;
  readonly turn: number;
  /** Of the token's turn and of all later ones. */
  readonly rewards: readonly ExplainedReward[];
  /** The sum of what is discounted. */
  readonly turnReturn: number;
  readonly advantage: number;
  /**
   * How it came about: the sum of `weight * (value - baseline) / deviation`, one term for a plain estimator, more for one
   * that is composed or hands credit back from later turns. None where the estimator does not tell.
   */
  readonly credit: readonly ExplainedCredit[];
  readonly policyLogprob: number;
  readonly behaviourLogprob: number;
  /** Of the token alone, whatever ratio the loss takes. */
  readonly ratio: number;
  /** Of the aggregation. */
  readonly weight: number;
  /** d loss / d log-probability of the token: what its gradient is multiplied with. */
  readonly coefficient: number;
  /**
   * `coefficient / (-weight * advantage * ratio)`, what clips and the like let through: 1 for a surrogate that is not
   * clipped, 0 where it is. 0 for an advantage of 0.
   */
  readonly passed: number;
}

/**
 * The credit ledger: the way from rewards to the coefficient of one token's gradient. The last steps are those of the
 * loss itself, by its float64 interpreter. What the estimator made of the rewards is seen as the advantage and as the
 * baseline and deviation that led to it.
 *
 * Re-crediting needs no function: give the stored groups to another algorithm's `reward` and `advantages`, pack, and ask
 * again; nothing is sampled.
 *
 * @param row of the packed batch.
 * @param token position in the row.
 * @throws RangeError for a position that is no action token of the batch, or inputs that are not of one batch.
 * @example console.log(explanationText(explain(inputs, 3, 17)));
 */
export function explain(inputs: LedgerInputs, row: number, token: number): Explanation {
  const { rewards, batch, loss, policyLogprobs, discount = 1, rows } = inputs;
  const at = row * batch.tokens + token;
  if (!(token >= 0 && token < batch.tokens && batch.actionMask[at] === 1)) {
    throw new RangeError(`token: must be an action token of the batch, got ${token} of row ${row}`);
  }
  const trajectory = trajectoryOfRow(rewards, batch, row);
  const turn = batch.turnIndices[at] as number;
  const explained = rewardsFrom(rewards, trajectory, turn, discount);
  const weights = tokenWeights(batch, loss.aggregation, rows);
  const { gradient } = evaluateLoss(loss, {
    policyLogprobs,
    behaviourLogprobs: batch.behaviourLogprobs,
    advantages: batch.advantages,
    actionMask: batch.actionMask,
    weights,
    ...(batch.rolloutLogprobs ? { rolloutLogprobs: batch.rolloutLogprobs } : {}),
    ...sequencesAndTurns(batch),
  });
  const number = (values: ArrayLike<number>) => values[at] as number;
  const ratio = Math.exp(number(policyLogprobs) - number(batch.behaviourLogprobs));
  const unclipped = -number(weights) * number(batch.advantages) * ratio;
  return {
    trajectory,
    turn,
    rewards: explained,
    turnReturn: explained.reduce((sum, { discounted }) => sum + discounted, 0),
    advantage: number(batch.advantages),
    credit: creditOf(inputs, trajectory, turn, row, token),
    policyLogprob: number(policyLogprobs),
    behaviourLogprob: number(batch.behaviourLogprobs),
    ratio,
    weight: number(weights),
    coefficient: number(gradient),
    passed: number(gradient) === 0 || unclipped === 0 ? 0 : number(gradient) / unclipped,
  };
}

/** The same as a text of a few lines. */
export function explanationText(explanation: Explanation): string {
  const { trajectory, turn, rewards, turnReturn, advantage, credit, ratio, weight, coefficient, passed } = explanation;
  const sum = (parts: Readonly<Record<string, number>>) =>
    Object.entries(parts).flatMap(([name, value]) => (value === 0 ? [] : [`${name} ${short(value)}`]));
  const earned = rewards.map(({ turn: k, parts, total, discounted }) => {
    const kinds = sum(parts);
    return `  turn ${k}: ${kinds.length === 0 ? short(total) : kinds.join(' + ')}, counts ${short(discounted)}`;
  });
  return [
    `trajectory ${trajectory}, turn ${turn}`,
    'rewards',
    ...earned,
    `return ${short(turnReturn)}`,
    `advantage ${short(advantage)}`,
    ...credit.map((term) => `  ${creditText(term, turn)}`),
    `ratio ${short(ratio)}, of which the loss lets through ${short(passed)}`,
    `weight ${short(weight)}`,
    `coefficient ${short(coefficient)}`,
  ].join('\n');
}

/** `.5 * (1 - .45) / .507`, with the name of the part and the turn if it is another one. */
function creditText({ turn, value, baseline, deviation, weight, part }: ExplainedCredit, own: number): string {
  const factor = weight === 1 ? '' : `${short(weight)} * `;
  const divided = deviation === 1 ? '' : ` / ${short(deviation)}`;
  const of = [...(part === undefined ? [] : [part]), ...(turn === own ? [] : [`turn ${turn}`])];
  const term = `${factor}(${short(value)} - baseline ${short(baseline)})${divided}`;
  return of.length === 0 ? term : `${of.join(', ')}: ${term}`;
}

function short(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}

/** Packing leaves out what is excluded and what has no action token. */
function trajectoryOfRow(rewards: TurnRewardBatch, { sequences }: PolicyBatch, row: number): number {
  const tokens = actionTokensOf(rewards);
  const packed = [...rewards.included.keys()].filter((i) => {
    const [from, to] = [rewards.trajectorySplits[i] as number, rewards.trajectorySplits[i + 1] as number];
    return rewards.included[i] === 1 && (tokens[to] as number) > (tokens[from] as number);
  });
  if (packed.length !== sequences) {
    throw new RangeError(`rewards: must be those of the ${sequences} packed rows, got ${packed.length}`);
  }
  return packed[row] as number;
}

function rewardsFrom(
  { rewards, parts = {}, trajectorySplits }: TurnRewardBatch,
  trajectory: number,
  turn: number,
  discount: number,
): ExplainedReward[] {
  const first = trajectorySplits[trajectory] as number;
  const turns = (trajectorySplits[trajectory + 1] as number) - first;
  return Array.from({ length: turns - turn }, (_, distance) => {
    const k = first + turn + distance;
    const total = rewards[k] as number;
    const own = Object.fromEntries(Object.entries(parts).map(([name, values]) => [name, values[k] as number]));
    return { turn: turn + distance, parts: own, total, discounted: discount ** distance * total };
  });
}

/** The terms of the advantage of the turn or of the token, in turns of the trajectory. */
function creditOf(
  { advantages, rewards, batch }: LedgerInputs,
  trajectory: number,
  turn: number,
  row: number,
  token: number,
): ExplainedCredit[] {
  const first = rewards.trajectorySplits[trajectory] as number;
  const before = batch.actionMask.subarray(row * batch.tokens, row * batch.tokens + token);
  const byTurn = advantages.level === 'turn';
  const own = byTurn
    ? first + turn
    : (actionTokensOf(rewards)[first] as number) + before.reduce((sum, on) => sum + on, 0);
  const terms = advantages.credit?.(own) ?? [];
  return terms.map(({ place, ...term }) => ({ ...term, turn: byTurn ? place - first : turn }));
}

function actionTokensOf({ actionTokenSplits }: TurnRewardBatch): Int32Array {
  if (actionTokenSplits === undefined) {
    throw new RangeError('actionTokenSplits: must be given, since the ledger reads them, got none');
  }
  return actionTokenSplits;
}
