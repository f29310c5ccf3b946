import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise } from 'yauzl';
import { AcceleratorError } from '../accelerator-error.js';
import { diskFull } from './disk-full.js';

/** What to take out of a wheel. */
export interface Unpacking {
  readonly wheel: string;
  readonly folder: string;
  /** Which of the wheel's files are wanted, by their path in it. */
  readonly wanted: (path: string) => boolean;
  readonly signal?: AbortSignal;
  /** Where a file's bytes go. */
  readonly sink?: typeof createWriteStream;
}

/**
 * Unpacks the wanted files of a wheel under `folder`, with their execute bits, each flushed to the disk. A path that
 * leads out of the folder is refused by the zip library. Whatever goes wrong, `folder` is removed.
 *
 * Throws an `AcceleratorError`: `disk-full`, or `broken-wheel` for a file that is no zip archive or ends early.
 */
export async function unpackWheel(options: Unpacking): Promise<readonly string[]> {
  try {
    return await unpack(options);
  } catch (error) {
    await rm(options.folder, { recursive: true, force: true });
    options.signal?.throwIfAborted();
    if (error instanceof AcceleratorError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw diskFull(options.folder, 'what was unpacked is removed', error);
    if (code !== undefined) throw error;
    throw new AcceleratorError(
      'broken-wheel',
      `${options.wheel} cannot be unpacked: ${(error as Error).message}`,
      'remove that file and install again',
      { cause: error },
    );
  }
}

async function unpack({ wheel, folder, wanted, signal, sink = createWriteStream }: Unpacking): Promise<string[]> {
  const zip = await openPromise(wheel, { autoClose: false });
  const unpacked: string[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      const target = join(folder, entry.fileName);
      await mkdir(dirname(target), { recursive: true });
      const bytes = await zip.openReadStreamPromise(entry);
      await pipeline(bytes, sink(target, { flags: 'wx', mode: modeOf(entry), flush: true }), signal ? { signal } : {});
      unpacked.push(entry.fileName);
    }
  } finally {
    zip.close();
  }
  return unpacked;
}

/** The permission bits that a Unix archive keeps in the upper half of the external attributes; else plain ones. */
function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
}
