import type { Backend } from '@turnwise/accelerator';
import type { AdvantageEstimator } from '@turnwise/advantages';
import type { TrainConfig } from '../config/train-config.js';
import type { OutputStream } from '../display/terminal.js';
import type { JudgedReward } from '../plugins/load-reward.js';
import type { RunDirectory } from '../run-directory/run-directory.js';
import type { RunRecord } from '../run-directory/run-record.js';
import type { TaskRow } from '../tasks/task-schema.js';
import type { EvaluationReport, RunSummary, TrainObserver } from '../train-observer.js';
import type { SignalSource } from './interruption.js';

/** What a command has loaded and checked before a run begins. `null` stands for what is built in. */
export interface RunModules {
  readonly reward: JudgedReward | null;
  readonly estimator: AdvantageEstimator | null;
  /** The tasks of `--tasks`. */
  readonly tasks: readonly TaskRow[] | null;
}

export interface TrainOptions extends RunModules {
  readonly observer: TrainObserver;
  /** When aborted: finish or abandon the update, save, and return a summary with status `interrupted`. */
  readonly signal: AbortSignal;
  /** New, or opened to go on with. */
  readonly run: RunDirectory;
}

export interface EvaluateOptions extends RunModules {
  readonly record: RunRecord;
  /** Folder of the policy to evaluate. */
  readonly policy: string;
  readonly observer: TrainObserver;
  readonly signal: AbortSignal;
}

/** What will compute, and why something better will not. */
export type ChosenBackend = Pick<Backend, 'name' | 'passedOver'>;

/** The long work behind the commands; imported only when a command needs it, so that `--help` is quick. */
export interface Engine {
  chooseBackend(config: Pick<TrainConfig, 'backend' | 'threads' | 'policy'>): Promise<ChosenBackend>;
  /** Trains a run to its end, from wherever its directory stands. */
  train(config: TrainConfig, options: TrainOptions): Promise<RunSummary>;
  /** Evaluates a policy on the held-out tasks of a config. */
  evaluate(config: TrainConfig, options: EvaluateOptions): Promise<EvaluationReport>;
}

/** The world as the commands see it. */
export interface CommandContext {
  /** Relative paths and modules are seen from here. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly process: SignalSource;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly engine: () => Promise<Engine>;
  readonly version: string;
}
