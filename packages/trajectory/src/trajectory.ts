import type { ActionMessage, ObservationMessage } from './message.js';
import type { Task } from './task.js';

/**
 * The identity by which a trajectory is stored, retried and trained at most once.
 * It holds no policy version and no clock.
 */
export interface Slot {
  /** Name of the run. */
  readonly run: string;
  /** Ordinal of the task in the run. */
  readonly task: number;
  /** Index of the sample in its group. */
  readonly sample: number;
}

/** Why a trajectory ended. */
export type StopReason =
  | 'answered'
  | 'turn-limit'
  | 'token-limit'
  | 'context-full'
  | 'tool-budget'
  | 'aborted'
  | 'infrastructure-failure';

/** The tokens that the policy sampled in one turn. Tokens are the truth, the message is a view. */
export interface Action {
  readonly tokenIds: readonly number[];
  /** Log-probability of each token under the policy that sampled it, at the run's temperature. */
  readonly behaviourLogprobs: readonly number[];
  readonly message: ActionMessage;
  /** The version of the weights that sampled this action. */
  readonly policyVersion: number;
}

/** The tokens that the environment wrote back. They carry no loss, no ratio and no count. */
export interface Observation {
  readonly tokenIds: readonly number[];
  readonly message: ObservationMessage;
}

/** One action and the observation that follows; the last turn has none. */
export interface Turn {
  readonly action: Action;
  readonly observation: Observation | null;
  /** The environment's state before the action: by default a digest of the valid tool results so far. */
  readonly stateKey?: string;
}

/** One finished episode. Its token sequence is the prompt, then action and observation of each turn. */
export interface Trajectory {
  readonly slot: Slot;
  readonly taskId: string;
  readonly promptTokenIds: readonly number[];
  readonly turns: readonly Turn[];
  readonly stopReason: StopReason;
  /** The final answer, `null` when none was given. */
  readonly answer: string | null;
}

/** The trajectories sampled from one task. */
export interface TrajectoryGroup<T extends Task = Task> {
  readonly task: T;
  readonly trajectories: readonly Trajectory[];
}
