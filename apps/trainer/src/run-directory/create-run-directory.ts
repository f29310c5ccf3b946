import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { canonicalJson } from '../config/canonical-json.js';
import { sha256 } from '../config/sha256.js';
import type { TrainConfig } from '../config/train-config.js';
import { UsageError } from '../usage-error.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { openLogs } from './open-logs.js';
import { RunDirectory } from './run-directory.js';
import { acquireRunLock } from './run-lock.js';
import type { RunInput, RunRecord, RunState } from './run-record.js';
import { writeJson } from './write-json.js';

export interface NewRun {
  readonly config: TrainConfig;
  readonly inputs: readonly RunInput[];
  /** Further fields of `run.json`: seeds, versions, hardware, … */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Makes the folder of a new run. It appears in one step with `run.json` and `state.json` in it: a process that dies
 * before leaves nothing under that name, one that dies after leaves a run that can be resumed.
 *
 * Throws a `UsageError` when something is there already, naming the two ways on.
 */
export async function createRunDirectory(
  path: string,
  { config, inputs, details = {} }: NewRun,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<RunDirectory> {
  const directory = resolve(path);
  if (existsSync(directory)) throw new UsageError(alreadyThere(directory));
  mkdirSync(dirname(directory), { recursive: true });
  const record: RunRecord = {
    v: 1,
    name: basename(directory),
    status: 'running',
    config,
    configDigest: sha256(canonicalJson(config)),
    inputs: [...inputs],
    ...details,
  };
  const state: RunState = {
    v: 1,
    update: 0,
    checkpoint: null,
    logs: { trajectories: 0, metrics: 0, telemetry: 0, evaluation: 0 },
    config,
  };
  await place(directory, record, state, fileSystem);
  const lock = acquireRunLock(directory);
  const logs = await openLogs(directory, fileSystem);
  return new RunDirectory({ path: directory, fileSystem, lock, logs, record, state });
}

async function place(directory: string, record: RunRecord, state: RunState, fileSystem: FileSystem): Promise<void> {
  const temporary = join(dirname(directory), `.${basename(directory)}.${process.pid}`);
  try {
    await fileSystem.remove(temporary);
    await fileSystem.makeDirectory(temporary);
    await fileSystem.makeDirectory(join(temporary, 'checkpoints'));
    await writeJson(fileSystem, join(temporary, 'run.json'), record);
    await writeJson(fileSystem, join(temporary, 'state.json'), state);
    await fileSystem.rename(temporary, directory);
    await fileSystem.sync(dirname(directory));
  } catch (error) {
    await fileSystem.remove(temporary).catch(() => undefined);
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) {
      throw new UsageError(alreadyThere(directory), { cause: error });
    }
    throw error;
  }
}

function alreadyThere(directory: string): string {
  return `--out: ${directory} exists already. Go on with that run: turnwise resume ${directory}; or choose another folder: --out ${directory}-2`;
}
