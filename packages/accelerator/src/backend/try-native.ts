import { cacheFolder } from '../install/cache-folder.js';
import type { BackendAttempt } from './backend.js';
import { findBuild, loadedLibrary, loadLibrary, useLibrary } from './native-library.js';
import type { Threads } from './threads.js';

/**
 * Loads native TensorFlow from the cache to compute on the processor, or says why not and what mends it. Where only the
 * CUDA build is installed it serves, with the GPU hidden from it.
 *
 * Throws a `RangeError` if this process already computes on a GPU: TensorFlow cannot be loaded twice.
 */
export async function tryNative(
  threads: Threads,
  options: { readonly cache?: string; readonly threads?: Partial<Threads> },
): Promise<BackendAttempt> {
  const loaded = loadedLibrary();
  if (loaded?.onGpu) {
    throw new RangeError('prefer: "cuda" for as long as this process lives, since it began on the GPU, got "native"');
  }
  if (loaded !== undefined) return useLibrary(loaded, options.threads);
  const cache = options.cache ?? cacheFolder();
  const forProcessor = findBuild(cache, 'cpu');
  const forGpu = forProcessor.status === 'failed' ? findBuild(cache, 'cuda') : null;
  const library =
    forGpu?.status === 'installed'
      ? loadLibrary({ layout: forGpu.layout, build: 'cuda', threads, hideGpu: true })
      : forProcessor.status === 'installed'
        ? loadLibrary({ layout: forProcessor.layout, build: 'cpu', threads })
        : forProcessor;
  return 'status' in library ? failure(library) : useLibrary(library, options.threads);
}

function failure({ reason, mend }: { readonly reason: string; readonly mend: string | null }): BackendAttempt {
  return { status: 'failed', reason, mend };
}
