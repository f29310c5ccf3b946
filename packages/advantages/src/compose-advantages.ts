import type { AdvantageEstimator, Advantages, Gate } from './advantage-estimator.js';
import { checkWeight } from './check-option.js';
import { type Credit, type CreditTerm, rowOf } from './credit.js';
import { participatingTurns } from './participating-turns.js';
import { spread } from './spread.js';
import { checkTurnRewardBatch, requireField, type TurnRewardBatch } from './turn-reward-batch.js';

/** One estimator of a sum. */
export interface AdvantagePart {
  /** Under which it is seen in `parts`. */
  readonly name: string;
  readonly estimator: AdvantageEstimator;
  /** Default 1. */
  readonly weight?: number;
  /** `'outcome'`: the part is 0 in groups whose raw outcomes are all equal. */
  readonly gate?: Gate;
}

/**
 * A weighted sum of estimators is an estimator: `A = sum over parts of weight * A_part`. The result shows every part,
 * weighted and gated, under its name. If one part gives every token its own advantage, the sum does, and then the batch
 * must have `actionTokenSplits`.
 *
 * Edge cases: no part gives zeros; a part of weight 0 is computed and shown as zeros.
 *
 * @throws RangeError for a weight that is not finite or a name used twice; the estimator throws as its parts.
 * @example
 * composeAdvantages([
 *   { name: 'outcome', estimator: withRewards('outcomes', grpo()) },
 *   { name: 'turn', estimator: turnIndex(), weight: 0.5 },
 * ]);
 */
export function composeAdvantages(parts: readonly AdvantagePart[]): AdvantageEstimator {
  for (const { name, weight = 1 } of parts) checkWeight(`weight of ${name}`, weight);
  const names = parts.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`name: must be used once, got ${twice} twice`);
  return (batch) => {
    checkTurnRewardBatch(batch);
    const own = parts.map((part) => ({ part, advantages: part.estimator(batch) }));
    const level = own.some(({ advantages }) => advantages.level === 'token') ? 'token' : 'turn';
    const shown = own.map(({ part, advantages }) => [part.name, weighted(batch, part, advantages, level)] as const);
    const values = new Float64Array(lengthOf(batch, level));
    for (const [, part] of shown) {
      part.forEach((value, i) => {
        values[i] = (values[i] as number) + value;
      });
    }
    const credit: Credit = (place) => own.flatMap((one) => creditOf(batch, one.part, one.advantages, level, place));
    return { level, values, parts: Object.fromEntries(shown), credit };
  };
}

/** The values of a part on the level of the sum, times its weight, 0 where its gate is shut. */
function weighted(
  batch: TurnRewardBatch,
  { weight = 1, gate = 'none' }: AdvantagePart,
  { level: ownLevel, values }: Advantages,
  level: Advantages['level'],
): Float64Array {
  const open = participatingTurns(batch, gate);
  const toTokens = (turns: Float64Array) =>
    level === 'token' ? spread(turns, requireField(batch, 'actionTokenSplits', 'composeAdvantages')) : turns;
  const own = ownLevel === 'turn' ? toTokens(values) : values;
  const gates = toTokens(open);
  return own.map((value, i) => (gates[i] === 0 ? 0 : weight * value));
}

/** The terms of a part under its name, weighted; none where its gate is shut, or where it does not tell. */
function creditOf(
  batch: TurnRewardBatch,
  { name, weight = 1, gate = 'none' }: AdvantagePart,
  { level: ownLevel, credit }: Advantages,
  level: Advantages['level'],
  place: number,
): readonly CreditTerm[] {
  const turn = level === 'turn' ? place : rowOf(batch.actionTokenSplits as Int32Array, place);
  if (participatingTurns(batch, gate)[turn] === 0) return [];
  const terms = credit?.(ownLevel === 'turn' ? turn : place) ?? [];
  // A part by turn, in a sum by token, speaks of the token.
  const own = ownLevel === level ? {} : { place };
  return terms.map((term) => ({ ...term, ...own, weight: weight * term.weight, part: name }));
}

function lengthOf(batch: TurnRewardBatch, level: Advantages['level']): number {
  if (level === 'turn') return batch.rewards.length;
  return requireField(batch, 'actionTokenSplits', 'composeAdvantages')[batch.rewards.length] as number;
}
