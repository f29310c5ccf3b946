import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFull } from './disk-full.js';
import { writeManifest } from './manifest.js';
import { moveIntoPlace } from './move-into-place.js';
import { layoutAt, type NativeLayout, nativeLayout, type TensorflowBuild } from './native-layout.js';
import type { Platform } from './platform.js';
import type { Unpack } from './tensorflow-source.js';

/** What is installed, and in which cache folder. */
export interface Target {
  readonly cache: string;
  readonly platform: Platform;
  readonly build: TensorflowBuild;
}

/**
 * Makes an installation beside its place and moves it there by one rename: `unpack` fills the draft, `make` gives it its
 * binding and returns the compiler's name. Whatever goes wrong, the draft is removed and the place is as it was.
 */
export async function installDraft(
  { cache, platform, build }: Target,
  unpack: Unpack,
  make: (draft: NativeLayout, scratch: string) => Promise<string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const draft = layoutAt(temporary(cache), platform, build);
  try {
    const { beside, ...about } = await unpack(draft);
    const compiler = await make(draft, temporary(cache));
    signal?.throwIfAborted();
    await writeManifest(draft, { ...about, compiler }, beside);
    await moveIntoPlace(draft.folder, nativeLayout(cache, platform, build).folder, temporary(cache));
  } catch (error) {
    await rm(draft.folder, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw diskFull(draft.folder, 'what was unpacked is removed', error);
  }
}

const TEMPORARY = 'unfinished-';

function temporary(cache: string): string {
  return join(cache, `${TEMPORARY}${randomUUID()}`);
}

/** Removes what an interrupted installation left. Only the holder of the lock may call it. */
export async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith(TEMPORARY)) await rm(join(cache, name), { recursive: true, force: true });
  }
}
