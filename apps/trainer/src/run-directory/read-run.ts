import { join } from 'node:path';
import type { z } from 'zod';
import { UsageError } from '../usage-error.js';
import type { FileSystem } from './file-system.js';
import { nodeFileSystem } from './file-system.js';
import { type RunRecord, type RunState, runRecordSchema, runStateSchema } from './run-record.js';

/** `run.json` and `state.json` of a run, checked; nothing is locked or changed. Throws a `UsageError` when it is none. */
export async function readRun(
  directory: string,
  fileSystem: FileSystem = nodeFileSystem,
): Promise<{ readonly record: RunRecord; readonly state: RunState }> {
  const record = await readChecked(join(directory, 'run.json'), runRecordSchema, fileSystem);
  const state = await readChecked(join(directory, 'state.json'), runStateSchema, fileSystem);
  return { record, state };
}

async function readChecked<T>(path: string, schema: z.ZodType<T>, fileSystem: FileSystem): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await fileSystem.readText(path));
  } catch (error) {
    throw new UsageError(`${path}: cannot be read, so its folder is no run: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'does not fit'}`);
}
