import type {
  Renderer,
  SampleKey,
  Sampler,
  SequenceSampler,
  Task,
  ToolProvider,
  Trajectory,
  TrajectoryGroup,
  Truncation,
} from '@turnwise/trajectory';
import { collectTrajectory, type TrajectoryPlan } from './collect-trajectory.js';
import { lazySession } from './lazy-session.js';
import { RolloutRecorder, type RolloutStatistics } from './rollout-statistics.js';
import { sessionSeed } from './session-seed.js';

/** What acts, what reads and writes tokens, what the policy may call. */
export interface RolloutParts<T extends Task> {
  readonly sampler: Sampler;
  readonly renderer: Renderer;
  /** Opening a session must not wait for another session to close: its trajectory may be waiting for this one. */
  readonly tools: ToolProvider<T>;
}

export interface RolloutOptions<T extends Task> {
  /** Trajectories per task. */
  readonly groupSize: number;
  readonly seed: number;
  /** Index of the update, part of the key of the random numbers. */
  readonly update: number;
  /** Name of the run, part of the slot. */
  readonly run: string;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Narrows what is sampled. The behaviour log-probabilities stay those of the whole distribution. */
  readonly truncation?: Truncation;
  readonly maxTurns: number;
  readonly maxTokensPerTurn: number;
  /** Most valid calls that a trajectory may execute; no limit by default. */
  readonly maxToolCalls?: number;
  /** Ordinal in the run of each task, by default its index; a run that meets a task twice must tell them apart. */
  readonly taskOrdinals?: readonly number[];
  /** Ends the collection at once: what is not finished stops as `aborted`, without the action being sampled. */
  readonly signal?: AbortSignal;
  /** Called once per finished trajectory, in the order in which they finish, which depends on the tools' speed. */
  readonly onTrajectory?: (trajectory: Trajectory, task: T) => void;
  /** The clock of the statistics, in milliseconds. */
  readonly now?: () => number;
}

export interface RolloutResult<T extends Task> {
  /** One group per task, in the order of the tasks; within a group in the order of the samples. */
  readonly groups: readonly TrajectoryGroup<T>[];
  readonly statistics: RolloutStatistics;
}

/**
 * Collects one group of trajectories per task, all of them at once.
 *
 * Every sequence is opened before the first action is sampled, then each trajectory runs by itself. What a trajectory
 * becomes depends on its key (seed, update, task ordinal, sample) and its tools' answers, never on their speed.
 * Sequences and tool sessions are closed whatever happens. A session is opened at a trajectory's first valid call,
 * with a seed derived from (seed, task ordinal, sample).
 *
 * | stop reason | when | last turn |
 * |---|---|---|
 * | `answered` | the action holds the final answer | no observation |
 * | `turn-limit` | the action is the `maxTurns`-th and does not answer | its calls are not executed |
 * | `token-limit` | the action was cut at `maxTokensPerTurn` | may be half a call |
 * | `context-full` | the action was cut by the context, or the observation and one more token do not fit in it | the observation is dropped |
 * | `tool-budget` | the action's calls exceed `maxToolCalls` | its calls are not executed |
 * | `aborted` | the signal | may have an observation; there may be no turn at all |
 * | `infrastructure-failure` | a tool said so twice: the first time the trajectory begins again with the same key | no observation |
 *
 * An invalid call costs a turn: the policy reads its message as an `error` result and goes on.
 *
 * Rejects with the first error that a part throws, after the other trajectories have been stopped. Throws a
 * `RangeError` for options out of range and for a prompt that leaves no room for an action. No tasks, no groups.
 */
export async function collectGroups<T extends Task>(
  tasks: readonly T[],
  parts: RolloutParts<T>,
  options: RolloutOptions<T>,
): Promise<RolloutResult<T>> {
  checkOptions(tasks, options);
  const recorder = new RolloutRecorder(options.now ?? (() => performance.now()));
  const stop = stopController(options.signal);
  try {
    return await collectAll(tasks, parts, options, recorder, stop.controller);
  } finally {
    stop.release();
  }
}

/**
 * A controller of this collection alone that the caller's signal aborts too. Once released, the caller's signal, which
 * lives for a whole run, holds nothing of the collection.
 */
function stopController(signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  return { controller, release: () => signal?.removeEventListener('abort', abort) };
}

async function collectAll<T extends Task>(
  tasks: readonly T[],
  parts: RolloutParts<T>,
  options: RolloutOptions<T>,
  recorder: RolloutRecorder,
  stop: AbortController,
): Promise<RolloutResult<T>> {
  const { signal } = stop;
  const aborted = new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));
  const shared = { recorder, signal, aborted };
  const slots = tasks.flatMap((task, index) => planGroup(task, index, parts, options, shared));
  const sequences = openAll(
    parts.sampler,
    slots.map(({ key }) => key),
  );

  let firstError: { readonly error: unknown } | null = null;
  const running = slots.map(async (slot, index) => {
    try {
      const trajectory = await runSlot(slot, sequences[index] as SequenceSampler, parts);
      recorder.trajectory(trajectory.stopReason);
      options.onTrajectory?.(trajectory, slot.task);
      return trajectory;
    } catch (error) {
      firstError ??= { error };
      stop.abort();
      throw error;
    }
  });
  const settled = await Promise.allSettled(running);
  const trajectories = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (trajectories.length < settled.length) throw (firstError as { readonly error: unknown } | null)?.error;

  const { groupSize } = options;
  return {
    groups: tasks.map((task, index) => ({
      task,
      trajectories: trajectories.slice(index * groupSize, (index + 1) * groupSize),
    })),
    statistics: recorder.statistics(),
  };
}

interface SlotPlan<T extends Task> {
  readonly task: T;
  readonly key: SampleKey;
  readonly plan: TrajectoryPlan;
}

function planGroup<T extends Task>(
  task: T,
  index: number,
  { sampler, renderer, tools }: RolloutParts<T>,
  options: RolloutOptions<T>,
  shared: Pick<TrajectoryPlan, 'recorder' | 'signal' | 'aborted'>,
): SlotPlan<T>[] {
  const { groupSize, seed, update, run, temperature, truncation, maxTurns, maxTokensPerTurn } = options;
  const { maxToolCalls = Number.POSITIVE_INFINITY } = options;
  const { contextLength } = sampler;
  const ordinal = options.taskOrdinals?.[index] ?? index;
  const definitions = tools.definitions(task);
  const promptTokenIds = renderer.prompt(task.prompt, definitions);
  if (promptTokenIds.length === 0 || promptTokenIds.length >= contextLength) {
    throw new RangeError(
      `collectGroups: the prompt of task ${task.id} must have 1 to ${contextLength - 1} tokens, ` +
        `got ${promptTokenIds.length}`,
    );
  }
  const limits = { maxTurns, maxTokensPerTurn, maxToolCalls, contextLength };
  return Array.from({ length: groupSize }, (_, sample) => {
    const slot = { run, task: ordinal, sample };
    const narrowed = truncation === undefined ? {} : { truncation };
    const plan = { slot, task, definitions, promptTokenIds, temperature, ...narrowed, limits, renderer, ...shared };
    return { task, key: { seed, update, task: ordinal, sample }, plan };
  });
}

/** Opens the sequences of all keys, or none. */
function openAll(sampler: Sampler, keys: readonly SampleKey[]): SequenceSampler[] {
  const sequences: SequenceSampler[] = [];
  try {
    for (const key of keys) sequences.push(sampler.open(key));
    return sequences;
  } catch (error) {
    for (const sequence of sequences) sequence.close();
    throw error;
  }
}

/** Runs a trajectory, and once more with the same key if the tools failed. */
async function runSlot<T extends Task>(
  slot: SlotPlan<T>,
  sequence: SequenceSampler,
  parts: RolloutParts<T>,
): Promise<Trajectory> {
  const { recorder, signal } = slot.plan;
  const first = await runAttempt(slot, sequence, parts);
  if (first.stopReason !== 'infrastructure-failure' || signal.aborted) return first;
  recorder.retry();
  return runAttempt(slot, parts.sampler.open(slot.key), parts);
}

async function runAttempt<T extends Task>(
  { task, key, plan }: SlotPlan<T>,
  sequence: SequenceSampler,
  { tools }: RolloutParts<T>,
): Promise<Trajectory> {
  const session = lazySession(tools, task, sessionSeed(key));
  // The sequence is given back before the session's end is awaited: others may be waiting for its place.
  const [attempt] = await Promise.allSettled([
    collectTrajectory(plan, sequence, session).finally(() => sequence.close()),
  ]);
  const [closed] = await Promise.allSettled([session.close()]);
  if (attempt.status === 'rejected') throw attempt.reason;
  if (closed.status === 'rejected') throw closed.reason;
  return attempt.value;
}

function checkOptions<T extends Task>(tasks: readonly T[], options: RolloutOptions<T>): void {
  for (const name of ['groupSize', 'maxTurns', 'maxTokensPerTurn'] as const) {
    const value = options[name];
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`collectGroups: ${name} must be an integer of at least 1, got ${value}`);
    }
  }
  const { temperature, maxToolCalls = 0, taskOrdinals } = options;
  if (!Number.isFinite(temperature) || temperature < 0) {
    throw new RangeError(`collectGroups: temperature must be finite and at least 0, got ${temperature}`);
  }
  if (!(maxToolCalls >= 0)) {
    throw new RangeError(`collectGroups: maxToolCalls must be at least 0, got ${maxToolCalls}`);
  }
  if (taskOrdinals !== undefined && taskOrdinals.length !== tasks.length) {
    throw new RangeError(
      `collectGroups: taskOrdinals must be as many as tasks, got ${taskOrdinals.length} and ${tasks.length}`,
    );
  }
  if (taskOrdinals !== undefined && new Set(taskOrdinals).size !== taskOrdinals.length) {
    throw new RangeError(`collectGroups: taskOrdinals must be distinct, got ${taskOrdinals.join(', ')}`);
  }
}
