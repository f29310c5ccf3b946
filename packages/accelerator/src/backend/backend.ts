import type { Tfjs } from './tfjs.js';

/**
 * What can compute, best first: a GPU of NVIDIA's under TensorFlow, native TensorFlow on the processor, any GPU under
 * WebGPU (on request only), WebAssembly, plain JavaScript.
 */
export type BackendName = 'cuda' | 'native' | 'webgpu' | 'wasm' | 'cpu';

/** A better backend that could not be had: why, and the command or deed that mends it (`null`: nothing can). */
export interface PassedOver {
  readonly backend: BackendName;
  readonly reason: string;
  readonly mend: string | null;
}

/** A backend in use. */
export interface Backend {
  readonly tf: Tfjs;
  readonly name: BackendName;
  /** Better backends that were tried in vain, best first. */
  readonly passedOver: readonly PassedOver[];
  /** Version of native TensorFlow, `null` on the others. */
  readonly tensorflowVersion: string | null;
  /** Threads within one operation; `null` where it cannot be known (in a worker thread). */
  readonly intraOpThreads: number | null;
  /** Threads between independent operations; `null` where it cannot be known (in a worker thread). */
  readonly interOpThreads: number | null;
}

/** Why a backend cannot be had, and what mends it. */
export interface BackendFailure {
  readonly status: 'failed';
  readonly reason: string;
  readonly mend: string | null;
}

/** What came of trying one backend. */
export type BackendAttempt =
  | { readonly status: 'ready'; readonly backend: Omit<Backend, 'name' | 'passedOver'> }
  | BackendFailure;
