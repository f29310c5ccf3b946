import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BackendAttempt, BackendFailure } from './backend.js';
import type { Tfjs } from './tfjs.js';

const require = createRequire(import.meta.url);

/** An adapter of WebGPU, as far as it is used here. `isFallbackAdapter`: it computes in software. */
export interface WebgpuAdapter {
  readonly info: { readonly description: string; readonly device: string; readonly isFallbackAdapter?: boolean };
}

/** What the package `webgpu` exports, as far as it is used here. */
export interface WebgpuPackage {
  readonly globals: Readonly<Record<string, unknown>>;
  create(options: readonly string[]): {
    requestAdapter(options?: { readonly powerPreference: string }): Promise<WebgpuAdapter | null>;
  };
}

/** How WebGPU is begun. */
export interface WebgpuOptions {
  /** Take an adapter that computes in software, too: for tests. */
  readonly software?: boolean;
  /** Loads the package `webgpu`; `null` if it is not installed. */
  readonly load?: () => Promise<WebgpuPackage | null>;
}

/**
 * Why WebGPU is never chosen by itself in Node: TensorFlow.js reads its tensors synchronously through an
 * `OffscreenCanvas`, which Node has not, so that code which calls `dataSync` or `arraySync` throws there.
 */
export const WEBGPU_ON_REQUEST: BackendFailure = {
  status: 'failed',
  reason: 'WebGPU is taken on request only (prefer: "webgpu"), because it cannot read tensors synchronously in Node',
  mend: null,
};

/**
 * Begins WebGPU through the package `webgpu` (Dawn), which the user adds to the project because of its 130 MB; it is
 * loaded only here. Its classes become globals and its entry point `navigator.gpu`, where the backend of TensorFlow.js
 * looks for them.
 *
 * An adapter that computes in software is passed over: SwiftShader took 40 to 170 times as long as WebAssembly.
 */
export async function tryWebgpu({ software = false, load = loadPackage }: WebgpuOptions = {}): Promise<BackendAttempt> {
  try {
    const webgpu = await load();
    if (webgpu === null) return failed('the package webgpu is not installed', 'npm install webgpu@0.6 (130 MB)');
    const gpu = webgpu.create([]);
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (adapter === null) return failed('WebGPU finds no GPU with a Vulkan, Metal or Direct3D 12 driver', null);
    if (adapter.info.isFallbackAdapter && !software) {
      return failed(`WebGPU finds only ${adapter.info.description || 'an adapter'}, which computes in software`, null);
    }
    Object.assign(globalThis, webgpu.globals);
    Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
    const tf = require('@tensorflow/tfjs') as Tfjs;
    require('@tensorflow/tfjs-backend-webgpu');
    if (!(await tf.setBackend('webgpu'))) return failed('TensorFlow.js refused WebGPU', null);
    await tf.ready();
    return { status: 'ready', backend: { tf, tensorflowVersion: null, intraOpThreads: null, interOpThreads: null } };
  } catch (error) {
    return failed(`WebGPU does not start: ${(error as Error).message.replace(/\s+/g, ' ')}`, null);
  }
}

/** The user's package, found from here or, where packages see only what they declare, from the user's project. */
async function loadPackage(): Promise<WebgpuPackage | null> {
  for (const { resolve } of [require, createRequire(join(process.cwd(), 'package.json'))]) {
    try {
      return (await import(pathToFileURL(resolve('webgpu')).href)) as WebgpuPackage;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return null;
}

function failed(reason: string, mend: string | null): BackendFailure {
  return { status: 'failed', reason, mend };
}
