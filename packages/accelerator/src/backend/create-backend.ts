import { createRequire } from 'node:module';
import { AcceleratorError } from '../accelerator-error.js';
import { findGpu } from '../install/find-gpu.js';
import type { Backend, BackendAttempt, BackendName, PassedOver } from './backend.js';
import { foreignCopies } from './foreign-copies.js';
import { loadedLibrary } from './native-library.js';
import type { Tfjs } from './tfjs.js';
import { chooseThreads, type Threads } from './threads.js';
import { tryCuda } from './try-cuda.js';
import { tryNative } from './try-native.js';
import { tryWebgpu, WEBGPU_ON_REQUEST } from './try-webgpu.js';

const require = createRequire(import.meta.url);

const ORDER = ['cuda', 'native', 'webgpu', 'wasm', 'cpu'] as const satisfies readonly BackendName[];

/** How to choose a backend. */
export interface BackendOptions {
  /**
   * The best backend to try; those below it follow in the order `cuda`, `native`, `wasm`, `cpu`. By default `cuda` where
   * the system shows an NVIDIA GPU, else `native`. `webgpu`, which stands between `native` and `wasm`, is taken only if
   * it is named here.
   */
  readonly prefer?: BackendName;
  /** Sizes of TensorFlow's thread pools. They are fixed for the process when native TensorFlow is first loaded. */
  readonly threads?: Partial<Threads>;
  /** The cache folder in which native TensorFlow lies. */
  readonly cache?: string;
}

/**
 * Gives TensorFlow.js on the best backend that works, and says why better ones were passed over.
 *
 * Nothing is loaded before the first call. All calls of a process share one copy of TensorFlow.js and the latest one
 * decides its current backend. TensorFlow's own log is silenced (`TF_CPP_MIN_LOG_LEVEL`, unless it is set; for what that
 * leaves, standard error is switched off for some milliseconds when native TensorFlow is loaded), and so are the banners
 * of TensorFlow.js.
 *
 * Plain JavaScript always works, so a backend that cannot be had is an entry of `passedOver`, never an error. Throws a
 * `RangeError` for an unknown name or thread count, for threads other than those already in force, or for `native` in a
 * process that computes on a GPU; an `AcceleratorError` (`two-copies`) if another copy of tfjs-core was loaded before.
 */
export async function createBackend(options: BackendOptions = {}): Promise<Backend> {
  const prefer = options.prefer ?? automatic();
  if (!ORDER.includes(prefer)) throw new RangeError(`prefer: one of ${ORDER.join(', ')}, got ${String(prefer)}`);
  const threads = chooseThreads(options.threads);
  refuseTwoCopies();
  const passedOver: PassedOver[] = [];
  for (const name of ORDER.slice(ORDER.indexOf(prefer))) {
    const attempt = await tryBackend(name, threads, options);
    if (attempt.status === 'failed') passedOver.push({ backend: name, reason: attempt.reason, mend: attempt.mend });
    else return { ...attempt.backend, name, passedOver };
  }
  throw new Error('unreachable: plain JavaScript always works');
}

/** The CUDA build is tried by itself only where there is something for it to compute on. */
function automatic(): BackendName {
  const loaded = loadedLibrary();
  const gpu = loaded === undefined ? findGpu().status === 'visible' : loaded.onGpu;
  return gpu ? 'cuda' : 'native';
}

function tryBackend(
  name: BackendName,
  threads: Threads,
  options: BackendOptions,
): BackendAttempt | Promise<BackendAttempt> {
  switch (name) {
    case 'cuda':
      return tryCuda(threads, options);
    case 'native':
      return tryNative(threads, options);
    case 'webgpu':
      return options.prefer === 'webgpu' ? tryWebgpu() : WEBGPU_ON_REQUEST;
    case 'wasm':
      return tryWasm();
    case 'cpu':
      return plainJavaScript();
    default:
      return name satisfies never;
  }
}

/** WebAssembly computes on one thread in Node: TensorFlow.js switches its threads off there. */
async function tryWasm(): Promise<BackendAttempt> {
  try {
    const tf = require('@tensorflow/tfjs') as Tfjs;
    require('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js refused it');
    await tf.ready();
    return { status: 'ready', backend: { tf, tensorflowVersion: null, intraOpThreads: 1, interOpThreads: 1 } };
  } catch (error) {
    return { status: 'failed', reason: `WebAssembly does not start: ${(error as Error).message}`, mend: null };
  }
}

async function plainJavaScript(): Promise<BackendAttempt> {
  const tf = require('@tensorflow/tfjs') as Tfjs;
  await tf.setBackend('cpu');
  await tf.ready();
  swallowBanner(tf);
  return { status: 'ready', backend: { tf, tensorflowVersion: null, intraOpThreads: 1, interOpThreads: 1 } };
}

/** The plain backend prints a banner at its first tensor, except in production mode. */
function swallowBanner(tf: Tfjs): void {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    tf.scalar(0).dispose();
  } finally {
    tf.env().set('PROD', before);
  }
}

function refuseTwoCopies(): void {
  const [first] = foreignCopies();
  if (first === undefined) return;
  throw new AcceleratorError(
    'two-copies',
    `another copy of @tensorflow/tfjs-core was loaded from ${first}, and two copies in one process share no tensors`,
    'take `tf` from createBackend instead of importing TensorFlow.js, or depend on the same version as @turnwise/accelerator',
  );
}
