import { join, resolve } from 'node:path';
import { configDifferences, describeDifference } from '../config/config-differences.js';
import { sha256OfFile } from '../config/sha256.js';
import { UsageError } from '../usage-error.js';
import { pruneCheckpoints, verifyCheckpoint } from './commit-checkpoint.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { openLogs } from './open-logs.js';
import { readRun } from './read-run.js';
import { RunDirectory } from './run-directory.js';
import { acquireRunLock } from './run-lock.js';
import { logNames, type RunInput } from './run-record.js';

/**
 * Opens a run to go on with it: takes its lock, verifies that config, inputs and checkpoint are those it had, cuts the
 * logs back to the last checkpoint and removes what a dead process left half done.
 *
 * `expectedConfig` holds what the user asked for again, if anything; a difference is refused by name. Throws a
 * `UsageError` for that and for a changed input, an `Error` for a damaged checkpoint or log.
 */
export async function openForResume(
  path: string,
  expectedConfig?: Readonly<Record<string, unknown>>,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<RunDirectory> {
  const directory = resolve(path);
  await readRun(directory, fileSystem);
  const lock = acquireRunLock(directory);
  try {
    const { record, state } = await readRun(directory, fileSystem);
    refuseDifferences(directory, state.config, record.config);
    if (expectedConfig !== undefined) refuseDifferences(directory, state.config, expectedConfig);
    for (const input of record.inputs) await verifyInput(directory, input);
    const checkpoints = join(directory, 'checkpoints');
    if (state.checkpoint !== null) await verifyCheckpoint(checkpoints, state.checkpoint);
    const logs = await openLogs(directory, fileSystem);
    for (const name of logNames) await logs[name].truncateTo(state.logs[name]);
    await pruneCheckpoints(fileSystem, checkpoints, state.checkpoint?.name ?? null);
    return new RunDirectory({ path: directory, fileSystem, lock, logs, record, state });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function refuseDifferences(directory: string, recorded: unknown, given: unknown): void {
  const differences = configDifferences(recorded, given);
  if (differences.length === 0) return;
  const lines = differences.map(describeDifference).join('\n  ');
  throw new UsageError(
    `${directory}: the config is not the one this run began with:\n  ${lines}\nResume it unchanged, or start a new run.`,
  );
}

async function verifyInput(directory: string, { role, path, sha256 }: RunInput): Promise<void> {
  const found = await sha256OfFile(path).catch((error: Error) => error.message);
  if (found === sha256) return;
  throw new UsageError(
    `${directory}: the ${role} file ${path} is not the one this run began with: sha-256 was ${sha256}, now ${found}`,
  );
}
