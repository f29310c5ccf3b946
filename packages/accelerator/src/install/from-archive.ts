import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { extract } from 'tar';
import { AcceleratorError } from '../accelerator-error.js';
import { download } from './download.js';
import { fileSha256 } from './file-sha256.js';
import { ARCHIVE_VERSION, type NativeLayout } from './native-layout.js';
import type { WheelSources } from './obtain-wheel.js';
import type { Unpack } from './tensorflow-source.js';
import type { PinnedArchive } from './tfjs-archive.js';

/**
 * Gets TensorFlow.js's own archive of TensorFlow 2.9.1, and gives what unpacks it into a draft: `lib/libtensorflow.so.2.9.1`
 * becomes `tensorflow/libtensorflow.so.2`, `include` becomes `tensorflow/include`.
 *
 * The binding and graphs work with the C library of 2.9.1 as they do with 2.18.1 (tried with the one in the wheel of 2.9.1);
 * the archive itself was never unpacked here.
 */
export async function fromArchive(archive: PinnedArchive, sources: WheelSources): Promise<Unpack> {
  const { downloads, onEvent, pauses, signal } = sources;
  const target = join(downloads, archive.file);
  await mkdir(downloads, { recursive: true });
  if (!(await isWhole(target, archive))) {
    await download({
      url: archive.url,
      target,
      sha256: archive.sha256,
      bytes: 0,
      onBytes: (done, total) => onEvent({ status: 'download', file: archive.file, done, total }),
      ...(pauses ? { pauses } : {}),
      ...(signal ? { signal } : {}),
    });
  }
  return async (draft) => {
    onEvent({ status: 'note', text: `unpacking ${archive.file}` });
    await unpackArchive(target, draft, archive);
    return { wheel: archive.file, sha256: archive.sha256, beside: [] };
  };
}

async function isWhole(target: string, archive: PinnedArchive): Promise<boolean> {
  return existsSync(target) && (await fileSha256(target)) === archive.sha256;
}

/** Links are left out; a path that leads out of the folder is refused by the tar library. */
async function unpackArchive(target: string, draft: NativeLayout, archive: PinnedArchive): Promise<void> {
  const unpacked = join(draft.folder, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  await mkdir(draft.libraryFolder, { recursive: true });
  try {
    await extract({
      file: target,
      cwd: unpacked,
      strict: true,
      filter: (path, entry) => 'type' in entry && entry.type === 'File' && /^(\.\/)?(lib|include)\//.test(path),
    });
    for (const library of draft.libraries) {
      const version = library.replace(/\.2(\.dylib)?$/, `.${ARCHIVE_VERSION}$1`);
      await rename(join(unpacked, 'lib', version), join(draft.libraryFolder, library));
    }
    await rename(join(unpacked, 'include'), draft.includeFolder);
    await rm(unpacked, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
    const reason = (error as Error).message;
    throw new AcceleratorError('broken-wheel', `${archive.file} cannot be unpacked: ${reason}`, 'install again', {
      cause: error,
    });
  }
}
