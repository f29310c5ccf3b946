import type { Advantages, TurnRewardBatch } from '@turnwise/advantages';
import { type PolicyAlgorithm, packTrajectories, turnRewardBatch, type UpdateMetrics } from '@turnwise/gtpo';
import type { TurnRewards } from '@turnwise/rewards';
import { collectGroups, type RolloutStatistics } from '@turnwise/rollout';
import type { TrajectoryGroup } from '@turnwise/trajectory';
import type { TrainConfig } from '../config/train-config.js';
import type { TrainerTask } from '../tasks/task-schema.js';
import type { RunEvent } from '../train-observer.js';
import type { Environment } from './environment.js';
import { type PartClock, partClock } from './part-clock.js';

/** Where the time of an update goes. `algorithm` is turn rewards, shaping, returns, advantages and coefficients. */
export type UpdatePart = 'rollout' | 'verifier' | 'algorithm' | 'learner';

export interface TrainedUpdate {
  readonly groups: readonly TrajectoryGroup<TrainerTask>[];
  readonly rewards: readonly TurnRewards[];
  readonly batch: TurnRewardBatch;
  readonly advantages: Advantages;
  /** `null` when no trajectory was left to learn from. */
  readonly learner: UpdateMetrics | null;
  /** Of the weights after the update. */
  readonly policyVersion: number;
  readonly statistics: RolloutStatistics;
  readonly seconds: PartClock<UpdatePart>['seconds'];
  /** What ends the promise that the same seed writes the same metrics, and what went wrong on our side. */
  readonly events: readonly Omit<RunEvent, 'update'>[];
}

/** The part of the environment that an update needs. */
export type UpdateParts = Pick<Environment, 'policy' | 'rollout' | 'verifier' | 'verifierTimeouts'>;

export interface UpdateInput {
  readonly update: number;
  readonly tasks: readonly TrainerTask[];
  /** Ordinal of each task in the run. */
  readonly ordinals: readonly number[];
  readonly run: string;
  readonly signal: AbortSignal;
}

/**
 * One update, from tasks to new weights: the straight line. Returns `null` when the signal ended it before the weights
 * were touched.
 */
export async function trainUpdate(
  { policy, rollout, verifier, verifierTimeouts }: UpdateParts,
  algorithm: PolicyAlgorithm<TrainerTask>,
  config: TrainConfig,
  { update, tasks, ordinals, run, signal }: UpdateInput,
): Promise<TrainedUpdate | null> {
  const { groupSize, seed, temperature, maxTurns, maxTokensPerTurn, epochs, minibatches } = config;
  const { loss, regularizers = [] } = algorithm;
  const clock = partClock<UpdatePart>(() => performance.now());
  const options = {
    groupSize,
    seed,
    update,
    run,
    temperature,
    maxTurns,
    maxTokensPerTurn,
    taskOrdinals: ordinals,
    signal,
  };
  const { groups, statistics } = await clock.time('rollout', () => collectGroups(tasks, rollout, options));
  if (signal.aborted) return null;

  const timeoutsBefore = verifierTimeouts();
  await clock.time('verifier', () => judgeAll(groups, verifier));
  const { rewards, batch, advantages, packed } = await clock.time('algorithm', async () => {
    const rewards = await Promise.all(groups.map(algorithm.reward));
    const batch = turnRewardBatch(groups, rewards);
    const advantages = algorithm.advantages(batch);
    return {
      rewards,
      batch,
      advantages,
      packed: packTrajectories(groups, advantages, { temperature, included: batch.included }),
    };
  });
  const learner =
    packed.sequences === 0
      ? null
      : await clock.time('learner', () => policy.update(packed, loss, { epochs, minibatches, regularizers }));
  const events = eventsOf(statistics, verifierTimeouts() - timeoutsBefore, rewards, learner);
  const { version: policyVersion } = policy;
  return { groups, rewards, batch, advantages, learner, policyVersion, statistics, seconds: clock.seconds, events };
}

/** What the metrics and the user are told of an update that did not go as it should. */
export function eventsOf(
  statistics: Pick<RolloutStatistics, 'toolResults' | 'retries'>,
  verifierTimeouts: number,
  rewards: readonly TurnRewards[],
  learner: Pick<UpdateMetrics, 'skippedSteps' | 'nonFinite' | 'halvedBatches'> | null,
): TrainedUpdate['events'] {
  const { timeout } = statistics.toolResults;
  const { retries } = statistics;
  const excluded = rewards.flatMap(({ exclusions }) => exclusions);
  const skipped = learner?.skippedSteps ?? 0;
  const halved = learner?.halvedBatches ?? 0;
  const count = (n: number, kind: string, message: string) =>
    n === 0 ? [] : [{ kind, message, level: 'warning' as const }];
  return [
    ...count(
      timeout,
      'tool-timeout',
      `${timeout} tool calls ran into the wall clock: the run may not repeat to the byte`,
    ),
    ...count(
      verifierTimeouts,
      'verifier-timeout',
      `${verifierTimeouts} programs ran into the wall clock while they were judged: the run may not repeat to the byte`,
    ),
    ...count(
      excluded.length,
      'excluded',
      `${excluded.length} trajectories could not be scored and are left out: ${excluded[0]?.message}`,
    ),
    ...count(retries, 'tool-retry', `${retries} trajectories began again after their tools failed`),
    ...count(skipped, 'skipped-step', `${skipped} optimizer steps skipped, not finite: ${nonFiniteText(learner)}`),
    ...count(
      halved,
      'out-of-memory',
      `memory ran out, so the micro-batch was halved ${halved === 1 ? 'once' : `${halved} times`}: the run may not repeat to the byte`,
    ),
    ...(learner === null
      ? [{ kind: 'empty-update', message: 'no trajectory was left to learn from', level: 'warning' as const }]
      : []),
  ];
}

/** Each skipped step's tensor, once. */
function nonFiniteText(learner: Pick<UpdateMetrics, 'nonFinite'> | null): string {
  const texts = (learner?.nonFinite ?? []).map(({ step, what, tensor }) => `${what} of ${tensor} at step ${step}`);
  return texts.length === 0 ? 'a gradient' : [...new Set(texts)].join(', ');
}

/** The verifier remembers its verdicts, so the reward that asks again pays nothing for them. */
async function judgeAll(
  groups: readonly TrajectoryGroup<TrainerTask>[],
  verifier: Environment['verifier'],
): Promise<void> {
  await Promise.all(
    groups.flatMap(({ task, trajectories }) =>
      trajectories
        .filter(({ stopReason }) => stopReason === 'answered')
        .map((trajectory) => verifier(task, trajectory)),
    ),
  );
}
