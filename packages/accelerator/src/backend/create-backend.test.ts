import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { expect, test, vi } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { cacheFolder } from '../install/cache-folder.js';
import { nativeLayout } from '../install/native-layout.js';
import { type Platform, platformOf, thisMachine } from '../install/platform.js';
import type { Backend, BackendName } from './backend.js';
import { createBackend } from './create-backend.js';

const native = nativeInstalled();

/** Gradient of sum(x³) at (1, 2, 3) is 3x² = (3, 12, 27); [[1, 2], [3, 4]]² is [[7, 10], [15, 22]]. */
async function expectMathematics({ tf }: Backend): Promise<void> {
  const before = tf.memory().numTensors;
  const gradient = tf.tidy(() => tf.grad((x) => x.pow(tf.scalar(3)).sum())(tf.tensor1d([1, 2, 3])));
  const matrix = tf.tensor2d([
    [1, 2],
    [3, 4],
  ]);
  const square = tf.matMul(matrix, matrix);
  const values = Array.from(await gradient.data());
  for (const [i, expected] of [3, 12, 27].entries()) expect(values[i]).toBeCloseTo(expected, 4);
  expect(Array.from(await square.data())).toEqual([7, 10, 15, 22]);
  tf.dispose([gradient, matrix, square]);
  expect(tf.memory().numTensors).toBe(before);
}

const registered: Readonly<Record<Exclude<BackendName, 'cuda' | 'webgpu'>, string>> = {
  native: 'tensorflow',
  wasm: 'wasm',
  cpu: 'cpu',
};

const available = native ? (['native', 'wasm', 'cpu'] as const) : (['wasm', 'cpu'] as const);

test.each(available)('%s computes and differentiates, without a word on the terminal', async (name) => {
  const written = [vi.spyOn(process.stderr, 'write'), vi.spyOn(process.stdout, 'write'), vi.spyOn(console, 'warn')];
  const backend = await createBackend({ prefer: name });
  expect(backend.name).toBe(name);
  expect(backend.passedOver).toEqual([]);
  expect(backend.tf.getBackend()).toBe(registered[name]);
  expect(backend.tensorflowVersion).toBe(name === 'native' ? '2.18.1' : null);
  await expectMathematics(backend);
  for (const spy of written) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test.skipIf(!native)(
  'all backends of a process are one TensorFlow.js, and the last call is the current one',
  async () => {
    const first = await createBackend();
    const second = await createBackend({ prefer: 'wasm' });
    expect(second.tf.engine()).toBe(first.tf.engine());
    expect(first.tf.getBackend()).toBe('wasm');
    expect((await createBackend()).tf.getBackend()).toBe('tensorflow');
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    expect(loaded.filter((file) => file.endsWith('tf-core.node.js'))).toHaveLength(1);
  },
);

test.skipIf(!native)('threads are those asked for first, and cannot change', async () => {
  const { intraOpThreads, interOpThreads } = await createBackend();
  expect(intraOpThreads).toBe(Number(process.env['TF_NUM_INTRAOP_THREADS']));
  expect(interOpThreads).toBe(Number(process.env['TF_NUM_INTEROP_THREADS']));
  const other = (intraOpThreads ?? 0) + 1;
  await expect(createBackend({ threads: { intraOp: other } })).rejects.toThrow(
    `threads.intraOp: fixed at ${intraOpThreads} when TensorFlow was loaded, got ${other}`,
  );
});

/** A process of its own that computes with an operation and with a graph: 1·1 summed 64 times is 64, and 3² is 9. */
function compute(env: NodeJS.ProcessEnv = {}) {
  const entry = new URL('../../dist/index.js', import.meta.url).href;
  const program = `
    const { compile, createBackend } = await import(${JSON.stringify(entry)});
    const { tf, name } = await createBackend();
    const [sum] = tf.matMul(tf.ones([64, 64]), tf.ones([64, 64])).dataSync();
    const [square] = compile(tf, (x) => tf.square(x))(tf.scalar(3)).dataSync();
    console.log(name, sum, square, tf.memory().numTensors);
  `;
  const { TF_CPP_MIN_LOG_LEVEL: _, ...inherited } = process.env;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
}

test.skipIf(!native)('native TensorFlow writes nothing to the terminal from its C++ either, graphs included', () => {
  const { stdout, stderr } = compute();
  expect(stderr).toBe('');
  expect(stdout).toBe('native 64 9 5\n');
});

test.skipIf(!native)('whoever asks for the log of TensorFlow gets it', () => {
  const { stdout, stderr } = compute({ TF_CPP_MIN_LOG_LEVEL: '0' });
  expect(stderr).toMatch(/MLIR V1 optimization pass/);
  expect(stdout).toBe('native 64 9 5\n');
});

test.skipIf(!native)(
  'without the addon, and with one that is no library, native computes, and TensorFlow is heard',
  () => {
    const platform = platformOf(thisMachine()) as Platform;
    const installed = nativeLayout(cacheFolder(), platform);
    const cache = temporaryFolder();
    const copy = nativeLayout(cache, platform);
    mkdirSync(dirname(copy.binding), { recursive: true });
    symlinkSync(installed.libraryFolder, copy.libraryFolder);
    symlinkSync(installed.binding, copy.binding);
    copyFileSync(installed.manifest, copy.manifest);
    for (const spoil of [() => {}, () => writeFileSync(copy.quietStderr, 'no library')]) {
      spoil();
      const { stdout, stderr } = compute({ TURNWISE_CACHE: cache });
      expect(stdout).toBe('native 64 9 5\n');
      expect(stderr).toMatch(/MLIR V1 optimization pass/);
    }
  },
);

test('cuda is passed over with its reason', async () => {
  const { name, passedOver } = await createBackend({ prefer: 'cuda' });
  expect(name).not.toBe('cuda');
  expect(passedOver[0]).toMatchObject({ backend: 'cuda', reason: expect.stringContaining('CUDA') });
});

test('an unknown name is refused', async () => {
  await expect(createBackend({ prefer: 'gpu' as BackendName })).rejects.toThrow(
    'prefer: one of cuda, native, webgpu, wasm, cpu, got gpu',
  );
});

test('a process without native TensorFlow takes WebAssembly, and says what mends it', async () => {
  vi.resetModules();
  const shared = globalThis as Record<symbol, unknown>;
  const key = Symbol.for('@turnwise/accelerator/native');
  const loaded = shared[key];
  delete shared[key];
  try {
    const { name, passedOver } = await createBackend({ cache: temporaryFolder() });
    expect(name).toBe('wasm');
    expect(passedOver).toMatchObject([
      {
        backend: 'native',
        reason: expect.stringMatching(/is not installed in/),
        mend: 'npx @turnwise/accelerator install',
      },
      { backend: 'webgpu', reason: expect.stringMatching(/on request only/), mend: null },
    ]);
  } finally {
    if (loaded !== undefined) shared[key] = loaded;
  }
});
