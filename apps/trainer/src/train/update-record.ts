import {
  type Advantages,
  phantomGroupFraction,
  type TurnRewardBatch,
  zeroGradientFraction,
} from '@turnwise/advantages';
import type { UpdateMetrics } from '@turnwise/gtpo';
import type { TurnRewards } from '@turnwise/rewards';
import type { TrajectoryGroup } from '@turnwise/trajectory';
import type { TrainerTask } from '../tasks/task-schema.js';
import type { FamilyUpdate, UpdateEvent, UpdateRecord } from '../train-observer.js';
import { type TrajectoryFacts, trajectoryFacts } from './trajectory-facts.js';

/** What an update produced, stage by stage. */
export interface UpdateResults {
  readonly update: number;
  readonly groups: readonly TrajectoryGroup<TrainerTask>[];
  /** One per group. */
  readonly rewards: readonly TurnRewards[];
  readonly batch: TurnRewardBatch;
  readonly advantages: Advantages;
  /** `null` when no trajectory was left to learn from. */
  readonly learner: UpdateMetrics | null;
  /** Of the weights after the update. */
  readonly policyVersion: number;
  readonly events: readonly UpdateEvent[];
}

interface Row {
  readonly family: string;
  readonly included: boolean;
  readonly outcome: number;
  readonly reward: number;
  readonly facts: TrajectoryFacts;
}

/** The line of `metrics.jsonl` for an update: deterministic, so it holds no time and no rate. */
export function updateRecord(results: UpdateResults): UpdateRecord {
  const { update, groups, rewards, batch, advantages, learner, policyVersion, events } = results;
  const rows = groups.flatMap((group, g) => rowsOf(group, rewards[g] as TurnRewards));
  const scored = rows.filter(({ included }) => included);
  const calls = sum(rows, ({ facts }) => facts.calls);
  return {
    update,
    policyVersion,
    reward: mean(scored, ({ reward }) => reward),
    accuracy: mean(scored, ({ outcome }) => outcome),
    turns: mean(rows, ({ facts }) => facts.turns),
    toolErrorRate: ratio(
      sum(rows, ({ facts }) => facts.failedCalls),
      calls,
    ),
    invalidCallRate: ratio(calls - sum(rows, ({ facts }) => facts.validCalls), calls),
    prematureShare: mean(rows, ({ facts }) => (facts.premature ? 1 : 0)),
    zeroGradientFraction: zeroGradientFraction(batch, advantages),
    phantomGroupFraction: phantomGroupFraction(batch, advantages),
    trajectories: rows.length,
    excludedTrajectories: rows.length - scored.length,
    actionTokens: sum(rows, ({ facts }) => facts.actionTokens),
    tokens: sum(rows, ({ facts }) => facts.tokens),
    toolTimeouts: sum(rows, ({ facts }) => facts.timeouts),
    rewardParts: partMeans(rewards, scored.length),
    ...learnerFields(learner),
    families: Object.fromEntries(
      [...new Set(rows.map(({ family }) => family))]
        .sort()
        .map((family) => [family, familyUpdate(family, results, rows)]),
    ),
    events: events.map(({ kind, message }) => ({ kind, message })),
  };
}

function rowsOf(group: TrajectoryGroup<TrainerTask>, { total, outcomes, included }: TurnRewards): Row[] {
  let turn = 0;
  return group.trajectories.map((trajectory, i) => {
    let reward = 0;
    for (const end = turn + trajectory.turns.length; turn < end; turn += 1) reward += total[turn] ?? 0;
    return {
      family: group.task.family,
      included: included[i] === 1,
      outcome: outcomes[i] ?? 0,
      reward,
      facts: trajectoryFacts(trajectory, group.task.hidden.requiredCalls ?? 0),
    };
  });
}

function familyUpdate(family: string, { groups, rewards }: UpdateResults, all: readonly Row[]): FamilyUpdate {
  const rows = all.filter((row) => row.family === family);
  const scored = rows.filter(({ included }) => included);
  const own = rewards.filter((_, g) => groups[g]?.task.family === family);
  return {
    trajectories: rows.length,
    accuracy: mean(scored, ({ outcome }) => outcome),
    reward: mean(scored, ({ reward }) => reward),
    turns: mean(rows, ({ facts }) => facts.turns),
    ...rewardMetrics(own),
  };
}

/** The reward's own metrics, each as one mean over the family's groups. */
function rewardMetrics(rewards: readonly TurnRewards[]): Record<string, number | null> {
  const names = [...new Set(rewards.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const count = sum(rewards, ({ metrics }) => metrics[name]?.count ?? 0);
      return [camelCase(name), count === 0 ? null : sum(rewards, ({ metrics }) => metrics[name]?.sum ?? 0) / count];
    }),
  );
}

/** Mean over scored trajectories of each part, summed over turns. */
function partMeans(rewards: readonly TurnRewards[], trajectories: number): Record<string, number> {
  const names = [...new Set(rewards.flatMap(({ parts }) => Object.keys(parts)))].sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      ratio(
        sum(rewards, ({ parts }) => (parts[name] ?? new Float64Array()).reduce((total, value) => total + value, 0)),
        trajectories,
      ),
    ]),
  );
}

/** A step that was skipped has numbers that JSON cannot hold: they become `null`. */
function learnerFields(learner: UpdateMetrics | null): Record<string, unknown> {
  if (learner === null) return { optimizerSteps: 0 };
  const { optimizerSteps, skippedSteps, learningRate, steps, ...measured } = learner;
  const { loss, gradNorm, entropy, logprobDifference } = measured;
  return {
    optimizerSteps,
    skippedSteps,
    learningRate,
    ...finiteOrNull({ loss, gradNorm, entropy, logprobDifference }),
    steps: steps.map((step) => finiteOrNull({ ...step, ...effectiveSampleShare(step) })),
  };
}

/** Effective sample size of the ratios (Kish), as a share of the tokens: 1 on policy. */
function effectiveSampleShare(step: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const { ratio_mean: mean, ratio_square_mean: square } = step;
  return mean === undefined || square === undefined ? {} : { effective_sample_share: mean ** 2 / square };
}

function finiteOrNull(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

const camelCase = (name: string) => name.replace(/[-_ ]+(\w)/g, (_, letter: string) => letter.toUpperCase());
const sum = <T>(items: readonly T[], value: (item: T) => number) =>
  items.reduce((total, item) => total + value(item), 0);
const mean = <T>(items: readonly T[], value: (item: T) => number) => ratio(sum(items, value), items.length);
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
