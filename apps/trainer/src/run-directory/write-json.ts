import { dirname } from 'node:path';
import type { FileSystem } from './file-system.js';
import { finiteJson } from './finite-json.js';

/**
 * Replaces a JSON file in one step: whoever reads it, also after a crash at any moment, sees the old content or the
 * new one whole. The temporary file beside it is written and synced, renamed over it, and the folder is synced.
 */
export async function writeJson(fileSystem: FileSystem, path: string, value: unknown): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await fileSystem.writeFile(temporary, `${finiteJson(value, 2)}\n`);
    await fileSystem.rename(temporary, path);
  } catch (error) {
    await fileSystem.remove(temporary).catch(() => undefined);
    throw error;
  }
  await fileSystem.sync(dirname(path));
}
