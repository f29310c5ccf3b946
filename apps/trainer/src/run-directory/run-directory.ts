import { join } from 'node:path';
import type { AppendLog } from './append-log.js';
import { placeCheckpoint, pruneCheckpoints } from './commit-checkpoint.js';
import type { FileSystem } from './file-system.js';
import type { RunLock } from './run-lock.js';
import { type LogName, logNames, type RunRecord, type RunState } from './run-record.js';
import { writeJson } from './write-json.js';

export type RunLogs = Readonly<Record<LogName, AppendLog>>;

/** What the makers `createRunDirectory` and `openForResume` hand to a `RunDirectory`. */
export interface RunParts {
  readonly path: string;
  readonly fileSystem: FileSystem;
  readonly lock: RunLock;
  readonly logs: RunLogs;
  readonly record: RunRecord;
  readonly state: RunState;
}

/**
 * The folder of one run, held by this process alone:
 *
 *     run.json            what the run is, and what came of it
 *     state.json          the last checkpoint, and how many bytes of each log belong to it
 *     checkpoints/        update-000020/
 *     trajectories.jsonl  metrics.jsonl  telemetry.jsonl  evaluation.jsonl
 *     lock.json           while a process works on it
 *
 * Whatever moment a process dies at, `openForResume` finds `state.json`, the checkpoint it names and at least the log
 * lines that it counts. Saving goes: logs to disk, checkpoint to disk under its name, `state.json` replaced, the
 * older checkpoint removed.
 */
export class RunDirectory {
  readonly path: string;
  readonly logs: RunLogs;
  readonly #fileSystem: FileSystem;
  readonly #lock: RunLock;
  #record: RunRecord;
  #state: RunState;

  constructor({ path, fileSystem, lock, logs, record, state }: RunParts) {
    this.path = path;
    this.logs = logs;
    this.#fileSystem = fileSystem;
    this.#lock = lock;
    this.#record = record;
    this.#state = state;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** The last checkpoint's. */
  get state(): RunState {
    return this.#state;
  }

  /** Folder of the last checkpoint, `null` before the first. */
  get checkpointPath(): string | null {
    const { checkpoint } = this.#state;
    return checkpoint === null ? null : join(this.path, 'checkpoints', checkpoint.name);
  }

  /** Adds or replaces fields of `run.json`. */
  async updateRecord(fields: Readonly<Partial<RunRecord>>): Promise<void> {
    const record = { ...this.#record, ...fields } as RunRecord;
    await writeJson(this.#fileSystem, join(this.path, 'run.json'), record);
    this.#record = record;
  }

  /**
   * Saves after `update` updates: `write` fills the folder it is given (flat, files only). Returns the checkpoint's
   * folder. When it throws, the checkpoint before is still the last one and whole.
   */
  async checkpoint(update: number, write: (directory: string) => Promise<void>): Promise<string> {
    const checkpoints = join(this.path, 'checkpoints');
    try {
      for (const name of logNames) await this.logs[name].sync();
      const logs = bytesOf(this.logs);
      const checkpoint =
        this.#state.checkpoint !== null && this.#state.update === update
          ? this.#state.checkpoint
          : await placeCheckpoint(this.#fileSystem, checkpoints, update, write);
      const state = { ...this.#state, update, checkpoint, logs };
      await writeJson(this.#fileSystem, join(this.path, 'state.json'), state);
      this.#state = state;
      await pruneCheckpoints(this.#fileSystem, checkpoints, checkpoint.name);
      return join(checkpoints, checkpoint.name);
    } catch (error) {
      throw new Error(this.#saveFailure(update, error as NodeJS.ErrnoException), { cause: error });
    }
  }

  /** Closes the logs and gives the lock back. */
  async close(): Promise<void> {
    try {
      for (const name of logNames) await this.logs[name].close();
    } finally {
      this.#lock.release();
    }
  }

  #saveFailure(update: number, { code, message }: NodeJS.ErrnoException): string {
    const reason = code === 'ENOSPC' ? 'the disk is full' : message;
    const { checkpoint, update: last } = this.#state;
    const kept = checkpoint === null ? 'there is no earlier checkpoint' : `the checkpoint of update ${last} is kept`;
    return `${this.path}: update ${update} could not be saved: ${reason}; ${kept}`;
  }
}

export function bytesOf(logs: RunLogs): RunState['logs'] {
  const [trajectories, metrics, telemetry, evaluation] = logNames.map((name) => logs[name].bytes) as [
    number,
    number,
    number,
    number,
  ];
  return { trajectories, metrics, telemetry, evaluation };
}
