import { nativeBackend } from '../graph/native-backend.js';
import { readInstallation } from '../install/manifest.js';
import { type NativeLayout, nativeLayout, type TensorflowBuild } from '../install/native-layout.js';
import { machineName, platformMend, platformOf, thisMachine } from '../install/platform.js';
import type { BackendAttempt, BackendFailure } from './backend.js';
import { loadNative } from './load-native.js';
import { type QuietStderr, quietStderr, spendFirstGraph } from './spend-first-graph.js';
import type { Tfjs } from './tfjs.js';
import { publishThreads, type Threads } from './threads.js';

/** The native TensorFlow of this process. */
export interface NativeLibrary {
  readonly tf: Tfjs;
  readonly version: string;
  readonly threads: Threads;
  /** Whether the threads are known to be in force. */
  readonly holds: boolean;
  /** Whether it computes on a GPU. */
  readonly onGpu: boolean;
}

/** One native library per process, however many copies of this module there are. */
const LOADED = Symbol.for('@turnwise/accelerator/native');
const shared = globalThis as { [LOADED]?: NativeLibrary };

/** The native TensorFlow that this process has loaded, if it has. */
export function loadedLibrary(): NativeLibrary | undefined {
  return shared[LOADED];
}

/** Looks for a build of TensorFlow in a cache folder; says why it cannot be loaded from there. */
export function findBuild(
  cache: string,
  build: TensorflowBuild,
): { readonly status: 'installed'; readonly layout: NativeLayout } | BackendFailure {
  const machine = thisMachine();
  const platform = platformOf(machine);
  if (platform === null) {
    const reason = `no wheel of TensorFlow carries its C library for ${machineName(machine)}`;
    return { status: 'failed', reason, mend: platformMend(machine) };
  }
  const layout = nativeLayout(cache, platform, build);
  const installation = readInstallation(layout, [layout.quietStderr]);
  switch (installation.status) {
    case 'absent': {
      const what = build === 'cuda' ? 'the CUDA build of TensorFlow' : 'native TensorFlow';
      const reason = `${what} is not installed in ${cache}`;
      return { status: 'failed', reason, mend: installCommand(build) };
    }
    case 'broken':
      return {
        status: 'failed',
        reason: installation.reason,
        mend: `${installCommand(build)} --force`,
      };
    case 'installed':
      return { status: 'installed', layout };
    default:
      return installation satisfies never;
  }
}

/** The command that installs a build. */
export function installCommand(build: TensorflowBuild): string {
  return `npx @turnwise/accelerator install${build === 'cuda' ? ' --gpu' : ''}`;
}

/**
 * Loads a build into this process, for good. With `hideGpu` the CUDA build computes on the processor:
 * `CUDA_VISIBLE_DEVICES` is -1 for as long as it looks for its devices. Unless TensorFlow's log is wanted, standard error
 * is switched off while the CUDA build is loaded: it writes three lines at any log level.
 *
 * Two variables are set for the CUDA build unless they are: `TF_FORCE_GPU_ALLOW_GROWTH=true`, so that it does not take
 * the whole memory of the GPU at once, and `NVIDIA_TF32_OVERRIDE=0`, so that matrices are multiplied in float32, as on
 * every other backend, and not in the 10 bits of TF32.
 */
export function loadLibrary(
  { layout, build, threads, hideGpu = false }: LibraryRequest,
  load: typeof loadNative = loadNative,
): NativeLibrary | BackendFailure {
  const holds = publishThreads(threads);
  const visible = process.env['CUDA_VISIBLE_DEVICES'];
  if (build === 'cuda') {
    process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
    process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
    if (hideGpu) process.env['CUDA_VISIBLE_DEVICES'] = '-1';
  }
  const quiet: QuietStderr = quietStderr(layout.quietStderr);
  try {
    const tf = build === 'cuda' ? quiet.withoutStderr(() => load(layout.binding)) : load(layout.binding);
    const backend = nativeBackend(tf);
    if (backend !== null) spendFirstGraph(backend, quiet);
    const { binding } = tf.backend() as unknown as { binding: { TF_Version: string; isUsingGpuDevice(): boolean } };
    const library = { tf, version: binding.TF_Version, threads, holds, onGpu: binding.isUsingGpuDevice() };
    shared[LOADED] = library;
    return library;
  } catch (error) {
    const message = (error as Error).message.replace(/\s+/g, ' ');
    const reason = `native TensorFlow does not load: ${message}`;
    return { status: 'failed', reason, mend: `${installCommand(build)} --force` };
  } finally {
    if (hideGpu && visible === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
    else if (hideGpu) process.env['CUDA_VISIBLE_DEVICES'] = visible;
  }
}

/** What to load, and how. */
export interface LibraryRequest {
  readonly layout: NativeLayout;
  readonly build: TensorflowBuild;
  readonly threads: Threads;
  readonly hideGpu?: boolean;
}

/**
 * Makes the loaded library TensorFlow.js's current backend. Throws a `RangeError` for threads other than those in force.
 */
export async function useLibrary(
  { tf, version, holds, threads }: NativeLibrary,
  asked: Partial<Threads> | undefined,
): Promise<BackendAttempt> {
  checkThreads(asked, threads);
  await tf.setBackend('tensorflow');
  return {
    status: 'ready',
    backend: {
      tf,
      tensorflowVersion: version,
      intraOpThreads: holds ? threads.intraOp : null,
      interOpThreads: holds ? threads.interOp : null,
    },
  };
}

function checkThreads(asked: Partial<Threads> | undefined, inForce: Threads): void {
  for (const key of ['intraOp', 'interOp'] as const) {
    const value = asked?.[key];
    if (value !== undefined && value !== inForce[key]) {
      throw new RangeError(`threads.${key}: fixed at ${inForce[key]} when TensorFlow was loaded, got ${value}`);
    }
  }
}
