import type { Task, Trajectory } from '@turnwise/trajectory';

/** Share of right answers among `total`, with its 95 % Wilson interval. All shares lie in [0, 1]. */
export interface Score {
  readonly accuracy: number;
  readonly correct: number;
  readonly total: number;
  readonly interval95: readonly [number, number];
  /** Share of tool calls that were valid; `null` when there was no call. */
  readonly validCallRate?: number | null;
  /** Accuracy of the trajectories whose calls were all valid; `null` when there was none. */
  readonly accuracyGivenValidCalls?: number | null;
}

/** The sampled score (temperature 1) in the open, the greedy one beside it. */
export interface ScorePair extends Score {
  readonly greedy: Score;
}

/** One evaluation on the held-out tasks. */
export interface EvaluationReport extends ScorePair {
  readonly families: Readonly<Record<string, ScorePair>>;
  /** Tasks whose composition occurs in training and those whose composition never does. */
  readonly compositions?: Readonly<Partial<Record<'seen' | 'unseen', ScorePair>>>;
}

export type EvaluationMoment = 'before' | 'after';
export type EvaluationMode = 'sampled' | 'greedy';

/** One line of `evaluation.jsonl`: the outcome of one task, so that runs can be compared task by task. */
export interface EvaluationOutcome {
  readonly when: EvaluationMoment;
  readonly mode: EvaluationMode;
  readonly task: string;
  readonly family: string;
  readonly correct: boolean;
  /** Index of the sample when a task is sampled more than once. */
  readonly sample?: number;
  readonly [more: string]: unknown;
}

/** What one family did in one update. Shares in [0, 1]. */
export interface FamilyUpdate {
  readonly trajectories: number;
  readonly accuracy: number;
  readonly reward: number;
  /** Share of this family's failed trajectories whose reward was shaped. */
  readonly shapingShare?: number | null;
  /** Mean similarity of the shaped ones to the successes of their group; `null` when none was shaped. */
  readonly shapingSimilarity?: number | null;
  readonly [more: string]: unknown;
}

/** An event as the metrics keep it. */
export interface UpdateEvent {
  readonly kind: string;
  readonly message: string;
}

/** One line of `metrics.jsonl`: what is deterministic about an update. No times, rates or memory here. */
export interface UpdateRecord {
  /** From 1. */
  readonly update: number;
  readonly policyVersion: number;
  /** Mean over trajectories of the summed turn rewards. */
  readonly reward: number;
  /** Share of the sampled trajectories with a right final answer. */
  readonly accuracy: number;
  /** Mean number of turns of a trajectory. */
  readonly turns: number;
  /** Share of tool calls that were invalid or whose result is not `ok`. */
  readonly toolErrorRate: number;
  /** Share of groups whose advantages are all zero. */
  readonly zeroGradientFraction: number;
  /** Share of groups with equal outcomes but advantages other than zero. */
  readonly phantomGroupFraction: number;
  readonly families: Readonly<Record<string, FamilyUpdate>>;
  /** What ends the promise that the same seed gives the same bytes, and what went wrong on our side; mostly empty. */
  readonly events: readonly UpdateEvent[];
  /** Clip fractions, entropy, gradNorm, loss, counts of tokens, …; `null` for what was not finite. */
  readonly [more: string]: unknown;
}

/** One line of `telemetry.jsonl`: what differs between two runs of the same seed. */
export interface TelemetryRecord {
  readonly update: number;
  readonly seconds: number;
  /** Sampled tokens per second of the rollout, its tool calls included. */
  readonly sampledTokensPerSecond: number;
  /** Share of the update's wall time spent in the algorithm itself. */
  readonly algorithmShare: number;
  readonly rssBytes: number;
  readonly [more: string]: unknown;
}

/** An event worth a line: above all those that end the promise of determinism (kept in the metrics too). */
export interface RunEvent {
  readonly kind: string;
  readonly message: string;
  readonly update: number | null;
  readonly level: 'note' | 'warning';
}

/** A trajectory to be printed in full. `turnRewards[part][turn]`. */
export interface ShownTrajectory {
  readonly task: Task;
  readonly trajectory: Trajectory;
  readonly correct: boolean;
  readonly turnRewards?: Readonly<Record<string, ArrayLike<number>>>;
  /** What the verifier would have accepted, for the reader. */
  readonly expected?: string;
}

export interface RunStart {
  readonly directory: string;
  readonly algorithm: string;
  readonly backend: string;
  readonly updates: number;
  readonly trajectoriesPerUpdate: number;
  readonly parameters: number;
  readonly families: readonly string[];
  readonly seed: number;
  readonly trainTasks: number;
  readonly evalTasks: number;
  /** Records of the updates before this process, when a run is resumed; else empty. */
  readonly earlier: readonly UpdateRecord[];
}

/** Mean of the paired differences (after - before, task by task), in shares, with its 95 % interval. */
export interface PairedGain {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface RunSummary {
  readonly status: 'finished' | 'interrupted';
  readonly directory: string;
  /** Updates done, those before a resume included. */
  readonly updates: number;
  readonly trainingSeconds: number;
  /** Share of the training time spent in turn rewards, shaping, returns, advantages and loss coefficients. */
  readonly algorithmShare: number;
  readonly evaluation: { readonly before?: EvaluationReport; readonly after?: EvaluationReport };
  /** From `pairedGain` over the lines of `evaluation.jsonl`, when there are both evaluations. */
  readonly gains?: Readonly<Record<EvaluationMode, PairedGain>>;
  /** Where everything lies, in the order of printing. */
  readonly files: readonly { readonly label: string; readonly path: string }[];
}

/** Long work under way, e.g. `{ label: 'evaluating before, sampled', done: 300, total: 1500 }`. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Watches a run; the training loop calls it and never waits for it. The display is one. Every method is
 * synchronous and must not throw.
 */
export interface TrainObserver {
  onStart(start: RunStart): void;
  onUpdate(metrics: UpdateRecord, telemetry: TelemetryRecord): void;
  /** Call it with `done` 0 at the start, and with `done === total` at the end, of each piece of long work. */
  onProgress(progress: Progress): void;
  onEvaluation(when: EvaluationMoment, report: EvaluationReport): void;
  onTrajectory(when: EvaluationMoment, shown: ShownTrajectory): void;
  onCheckpoint(update: number, path: string): void;
  onEvent(event: RunEvent): void;
  onEnd(summary: RunSummary): void;
}
