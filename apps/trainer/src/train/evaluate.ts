import type { Verifier } from '@turnwise/rewards';
import { collectGroups, type RolloutParts } from '@turnwise/rollout';
import type { Trajectory } from '@turnwise/trajectory';
import type { TrainerTask } from '../tasks/task-schema.js';
import type { EvaluationMode, EvaluationMoment } from '../train-observer.js';
import type { TaskOutcome } from './evaluation-report.js';
import { trajectoryFacts } from './trajectory-facts.js';

export interface EvaluateOptions {
  readonly when: EvaluationMoment;
  readonly mode: EvaluationMode;
  /** Names the random numbers; an evaluation before and one after with the same seed draw the same ones. */
  readonly seed: number;
  /** Trajectories per task, 1 by default; the estimate of pass@k needs more. */
  readonly samples?: number;
  readonly maxTurns: number;
  readonly maxTokensPerTurn: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface Evaluation {
  /** One per trajectory that was judged, in the order of the tasks. */
  readonly outcomes: readonly TaskOutcome[];
  /** The first trajectory of each task. */
  readonly trajectories: readonly Trajectory[];
  /** Trajectories that could not be judged, by a failure of ours and not the policy's. */
  readonly failures: number;
  /** Tool calls that ran into the wall clock: an event that ends the promise of determinism. */
  readonly timeouts: number;
}

/** Evaluation is no update: its random numbers are those of update 0. */
const EVALUATION_UPDATE = 0;

/** Samples every task and judges the answers. `sampled` is at temperature 1, `greedy` at 0. */
export async function evaluate(
  tasks: readonly TrainerTask[],
  parts: RolloutParts<TrainerTask>,
  verifier: Verifier<TrainerTask>,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { when, mode, seed, samples = 1, maxTurns, maxTokensPerTurn, signal, onProgress } = options;
  const total = tasks.length * samples;
  let done = 0;
  onProgress?.(0, total);
  const { groups, statistics } = await collectGroups(tasks, parts, {
    groupSize: samples,
    seed,
    update: EVALUATION_UPDATE,
    run: `evaluation-${when}-${mode}`,
    temperature: mode === 'greedy' ? 0 : 1,
    maxTurns,
    maxTokensPerTurn,
    onTrajectory: () => {
      done += 1;
      onProgress?.(done, total);
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const judged = await Promise.all(
    groups.flatMap(({ task, trajectories }) =>
      trajectories.map(async (trajectory) =>
        outcomeOf(task, trajectory, await judge(task, trajectory, verifier), when, mode),
      ),
    ),
  );
  const outcomes = judged.filter((outcome) => outcome !== null);
  return {
    outcomes,
    trajectories: groups.flatMap(({ trajectories }) => trajectories.slice(0, 1)),
    failures: judged.length - outcomes.length,
    timeouts: statistics.toolResults.timeout,
  };
}

/** Whether the final answer is correct; `null` when that could not be found out. */
async function judge(
  task: TrainerTask,
  trajectory: Trajectory,
  verifier: Verifier<TrainerTask>,
): Promise<boolean | null> {
  if (trajectory.stopReason === 'infrastructure-failure' || trajectory.stopReason === 'aborted') return null;
  if (trajectory.stopReason !== 'answered') return false;
  const verdict = await verifier(task, trajectory);
  return verdict.status === 'infrastructure-failure' ? null : verdict.status === 'correct';
}

function outcomeOf(
  task: TrainerTask,
  trajectory: Trajectory,
  correct: boolean | null,
  when: EvaluationMoment,
  mode: EvaluationMode,
): TaskOutcome | null {
  if (correct === null) return null;
  const { calls, validCalls, turns, premature } = trajectoryFacts(trajectory, task.hidden.requiredCalls ?? 0);
  return {
    when,
    mode,
    task: task.id,
    family: task.family,
    sample: trajectory.slot.sample,
    correct,
    calls,
    validCalls,
    turns,
    premature,
    unseenComposition: task.tags?.includes('unseen-composition') ?? false,
  };
}
