import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import type { PinnedBuild } from './pinned-wheels.js';

/** The room that an installation needs, and where. */
export interface SpaceNeed {
  /** The cache folder, which exists. */
  readonly cache: string;
  /** Where downloads lie, whole or in part. */
  readonly downloads: string;
  readonly build: PinnedBuild;
  /** The wheels come from a folder of the user's: nothing is downloaded. */
  readonly named: boolean;
}

/** Bytes that a user may still write in a folder; `null` where the system does not tell. */
export async function freeSpace(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/**
 * Refuses to begin what the disk cannot hold: the wheels that are not there yet and all that they unpack to.
 *
 * Throws an `AcceleratorError` (`disk-full`) with both numbers. A system that does not tell how much is free is trusted.
 */
export async function requireSpace(need: SpaceNeed, free: typeof freeSpace = freeSpace): Promise<void> {
  const available = await free(need.cache);
  if (available === null) return;
  const bytes = need.build.unpackedBytes + (need.named ? 0 : await missingBytes(need));
  if (bytes <= available) return;
  throw new AcceleratorError(
    'disk-full',
    `the installation needs ${gigabytes(bytes)} GB, and ${gigabytes(available)} GB are free on the disk of ${need.cache}`,
    'free some, or name a folder on another disk with TURNWISE_CACHE',
  );
}

async function missingBytes({ build, downloads }: SpaceNeed): Promise<number> {
  let missing = 0;
  for (const wheel of [build.tensorflow, ...build.beside]) {
    const file = join(downloads, wheel.file);
    missing += Math.max(0, wheel.bytes - Math.max(await sizeOf(file), await sizeOf(`${file}.part`)));
  }
  return missing;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
