import { cacheFolder } from '../install/cache-folder.js';
import { findGpu } from '../install/find-gpu.js';
import type { BackendAttempt, BackendFailure } from './backend.js';
import { findBuild, loadedLibrary, loadLibrary, useLibrary } from './native-library.js';
import type { Threads } from './threads.js';

/** Parts that a test replaces. */
export interface CudaParts {
  readonly findGpu: typeof findGpu;
  readonly loadLibrary: typeof loadLibrary;
}

/**
 * Loads the CUDA build of TensorFlow from the cache, or says why not and what mends it: no GPU is visible, the build is
 * not installed, or TensorFlow finds that it cannot use the GPU (`isUsingGpuDevice`). In the last case it stays loaded
 * and computes on the processor, as the backend `native`.
 */
export async function tryCuda(
  threads: Threads,
  options: { readonly cache?: string; readonly threads?: Partial<Threads> },
  parts: CudaParts = { findGpu, loadLibrary },
): Promise<BackendAttempt> {
  const loaded = loadedLibrary();
  if (loaded?.onGpu) return useLibrary(loaded, options.threads);
  const gpu = parts.findGpu();
  if (gpu.status === 'none') return failed(`CUDA needs a GPU: ${gpu.reason}`, gpu.mend);
  if (loaded !== undefined) {
    return failed(
      'CUDA cannot begin any more: TensorFlow computes on the processor since it was loaded into this process',
      'ask for "cuda" first',
    );
  }
  const build = findBuild(options.cache ?? cacheFolder(), 'cuda');
  if (build.status === 'failed') return failed(build.reason, build.mend);
  const library = parts.loadLibrary({ layout: build.layout, build: 'cuda', threads });
  if ('status' in library) return failed(library.reason, library.mend);
  if (!library.onGpu) {
    return failed(
      'TensorFlow cannot use the GPU that the system shows: its driver is missing, too old, or out of order',
      "install NVIDIA's driver 525.60 or newer (nvidia-smi tells its version); TF_CPP_MIN_LOG_LEVEL=0 shows what TensorFlow says",
    );
  }
  return useLibrary(library, options.threads);
}

function failed(reason: string, mend: string | null): BackendFailure {
  return { status: 'failed', reason, mend };
}
