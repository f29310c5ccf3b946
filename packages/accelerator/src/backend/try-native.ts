import { cacheFolder } from '../install/cache-folder.js';
import type { BackendAttempt, BackendFailure } from './backend.js';
import { findBuild, loadedLibrary, loadLibrary, type NativeLibrary, useLibrary } from './native-library.js';
import type { Threads } from './threads.js';

/**
 * Loads native TensorFlow from the cache to compute on the processor, or says why not and what mends it. Where only the
 * CUDA build is installed it serves, with the GPU hidden from it; else TensorFlow.js's own old archive.
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
  const library = loadBest(options.cache ?? cacheFolder(), threads);
  return 'status' in library ? failure(library) : useLibrary(library, options.threads);
}

/** The first of three that is installed: the processor's own build, the CUDA build, TensorFlow.js's own archive. */
function loadBest(cache: string, threads: Threads): NativeLibrary | BackendFailure {
  const found = findBuild(cache, 'cpu');
  if (found.status === 'installed') return loadLibrary({ layout: found.layout, build: 'cpu', threads });
  for (const build of ['cuda', 'archive'] as const) {
    const other = findBuild(cache, build);
    if (other.status === 'installed') return loadLibrary({ layout: other.layout, build, threads, hideGpu: true });
  }
  return found;
}

function failure({ reason, mend }: { readonly reason: string; readonly mend: string | null }): BackendAttempt {
  return { status: 'failed', reason, mend };
}
