import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One rename of a draft to its place; what lay there before (a broken installation) is moved `aside` first, then removed. */
export async function moveIntoPlace(draft: string, place: string, aside: string): Promise<void> {
  await rename(place, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(draft, place);
  await syncFolder(dirname(place));
  await rm(aside, { recursive: true, force: true });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
