import { join } from 'node:path';
import { sha256OfFile } from '../config/sha256.js';
import type { FileSystem } from './file-system.js';
import type { RunState } from './run-record.js';

type Checkpoint = NonNullable<RunState['checkpoint']>;

/** `checkpoints/update-000020`: six digits, so that names sort as numbers do. */
export function checkpointName(update: number): string {
  return `update-${String(update).padStart(6, '0')}`;
}

/**
 * Puts a checkpoint on the disk under its final name: `write` fills a temporary folder, every file and the folder are
 * synced, then it is renamed. Nothing refers to it yet: that is the state file's part. When anything fails the
 * temporary folder is removed again, so that a full disk gets its space back.
 */
export async function placeCheckpoint(
  fileSystem: FileSystem,
  checkpoints: string,
  update: number,
  write: (directory: string) => Promise<void>,
): Promise<Checkpoint> {
  const name = checkpointName(update);
  const temporary = join(checkpoints, `${name}.tmp`);
  const final = join(checkpoints, name);
  try {
    await fileSystem.remove(temporary);
    await fileSystem.makeDirectory(temporary);
    await write(temporary);
    const files = await syncedFiles(fileSystem, temporary);
    // One of the same name is left from a process that died before it recorded it.
    await fileSystem.remove(final);
    await fileSystem.rename(temporary, final);
    await fileSystem.sync(checkpoints);
    return { name, files };
  } catch (error) {
    await fileSystem.remove(temporary).catch(() => undefined);
    throw error;
  }
}

async function syncedFiles(fileSystem: FileSystem, directory: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of (await fileSystem.list(directory)).sort()) {
    await fileSystem.sync(join(directory, name));
    files[name] = await sha256OfFile(join(directory, name));
  }
  await fileSystem.sync(directory);
  return files;
}

/** Throws when a file of the checkpoint is missing or its bytes are not those that were written. */
export async function verifyCheckpoint(checkpoints: string, { name, files }: Checkpoint): Promise<void> {
  for (const [file, expected] of Object.entries(files)) {
    const path = join(checkpoints, name, file);
    const found = await sha256OfFile(path).catch((error: Error) => error.message);
    if (found !== expected) throw new Error(`${path}: damaged or changed: expected sha-256 ${expected}, got ${found}`);
  }
}

/** Removes every checkpoint and temporary folder but the one named. */
export async function pruneCheckpoints(
  fileSystem: FileSystem,
  checkpoints: string,
  keep: string | null,
): Promise<void> {
  for (const name of await fileSystem.list(checkpoints)) {
    if (name !== keep && name.startsWith('update-')) await fileSystem.remove(join(checkpoints, name));
  }
}
