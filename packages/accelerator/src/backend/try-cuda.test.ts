import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cudaInstalled } from '../../test/native-installed.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { nativeLayout } from '../install/native-layout.js';
import type { NativeLibrary } from './native-library.js';
import { type CudaParts, tryCuda } from './try-cuda.js';
import { tryNative } from './try-native.js';

const threads = { intraOp: 1, interOp: 1 };
const linux = process.platform === 'linux' && process.arch === 'x64';
const shared = globalThis as Record<symbol, unknown>;
const key = Symbol.for('@turnwise/accelerator/native');

/** Each test begins as a process that has loaded nothing. */
let loaded: unknown;
beforeEach(() => {
  loaded = shared[key];
  delete shared[key];
});
afterEach(() => {
  delete shared[key];
  if (loaded !== undefined) shared[key] = loaded;
});

const visible: CudaParts['findGpu'] = () => ({ status: 'visible' });
const never: CudaParts['loadLibrary'] = () => {
  throw new Error('nothing may be loaded');
};

/** A library that stands for a loaded TensorFlow. */
function library(onGpu: boolean): NativeLibrary {
  const tf = { setBackend: async () => true } as unknown as NativeLibrary['tf'];
  return { tf, version: '2.18.1', threads, holds: true, onGpu };
}

/** A cache that holds the files of a CUDA build, as far as a look can tell. */
function cacheWithCuda(): string {
  const cache = temporaryFolder();
  const layout = nativeLayout(cache, 'linux-x64', 'cuda');
  mkdirSync(dirname(layout.binding), { recursive: true });
  const about = { tensorflow: '2.18.1', binding: '4.22.0', wheel: 'w', sha256: 's', compiler: 'c' };
  writeFileSync(layout.manifest, JSON.stringify({ ...about, files: {} }));
  return cache;
}

test('without a GPU nothing is loaded, and the reason and its mend are those of the system', async () => {
  const findGpu = () => ({ status: 'none', reason: 'no card', mend: 'buy one' }) as const;
  expect(await tryCuda(threads, { cache: temporaryFolder() }, { findGpu, loadLibrary: never })).toEqual({
    status: 'failed',
    reason: 'CUDA needs a GPU: no card',
    mend: 'buy one',
  });
});

test.skipIf(!linux)('a GPU without the CUDA build is mended by the command that installs it', async () => {
  const cache = temporaryFolder();
  expect(await tryCuda(threads, { cache }, { findGpu: visible, loadLibrary: never })).toEqual({
    status: 'failed',
    reason: `the CUDA build of TensorFlow is not installed in ${cache}`,
    mend: 'npx @turnwise/accelerator install --gpu',
  });
});

test.skipIf(!linux)('a TensorFlow that cannot use the GPU is passed over, and one that can is taken', async () => {
  const cache = cacheWithCuda();
  const asked: unknown[] = [];
  const loads = (onGpu: boolean): CudaParts => ({
    findGpu: visible,
    loadLibrary: (request) => {
      asked.push([request.build, request.layout.folder, request.hideGpu]);
      return library(onGpu);
    },
  });
  expect(await tryCuda(threads, { cache }, loads(false))).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^TensorFlow cannot use the GPU/),
    mend: expect.stringMatching(/driver 525/),
  });
  expect(await tryCuda(threads, { cache }, loads(true))).toMatchObject({
    status: 'ready',
    backend: { tensorflowVersion: '2.18.1', intraOpThreads: 1 },
  });
  expect(asked).toEqual(Array(2).fill(['cuda', nativeLayout(cache, 'linux-x64', 'cuda').folder, undefined]));
});

test('what the process has loaded stays: on the GPU it is taken again, on the processor CUDA is passed over', async () => {
  const parts: CudaParts = { findGpu: visible, loadLibrary: never };
  shared[key] = library(true);
  expect(await tryCuda(threads, {}, parts)).toMatchObject({ status: 'ready' });
  await expect(tryNative(threads, {})).rejects.toThrow(/^prefer: "cuda" for as long as this process lives/);
  await expect(tryCuda(threads, { threads: { intraOp: 2 } }, parts)).rejects.toThrow(/threads\.intraOp: fixed at 1/);
  shared[key] = library(false);
  expect(await tryCuda(threads, {}, parts)).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/computes on the processor since it was loaded/),
  });
});

/** A process of its own in which a GPU seems to be visible, but CUDA finds none. */
function withFalseGpu(body: string) {
  const dist = new URL('../../dist/', import.meta.url).href;
  const program = `
    const load = (name) => import(new URL('backend/' + name + '.js', '${dist}').href);
    const { tryCuda } = await load('try-cuda');
    const { tryNative } = await load('try-native');
    const { loadLibrary } = await load('native-library');
    const parts = { findGpu: () => ({ status: 'visible' }), loadLibrary };
    const threads = { intraOp: 1, interOp: 2 };
    ${body}
  `;
  const { TF_CPP_MIN_LOG_LEVEL: _, CUDA_VISIBLE_DEVICES: __, ...env } = process.env;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8', env });
}

test.skipIf(!cudaInstalled())('the real CUDA build without a GPU: passed over, then native, silent, computing', () => {
  const { stdout, stderr } = withFalseGpu(`
    const cuda = await tryCuda(threads, {}, parts);
    const { backend: { tf } } = await tryNative(threads, {});
    console.log(cuda.status, tf.backend().isUsingGpuDevice, process.env.CUDA_VISIBLE_DEVICES);
    console.log(tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync().join());
    console.log(process.env.TF_FORCE_GPU_ALLOW_GROWTH, process.env.NVIDIA_TF32_OVERRIDE);
  `);
  expect(stderr).toBe('');
  expect(stdout).toBe('failed false undefined\n3,3,3,3\ntrue 0\n');
});
