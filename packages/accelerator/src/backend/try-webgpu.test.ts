import { expect, test } from 'vitest';
import { tryWebgpu, type WebgpuAdapter, type WebgpuPackage } from './try-webgpu.js';

/** A package `webgpu` whose only adapter is this one. */
function withAdapter(adapter: WebgpuAdapter | null): () => Promise<WebgpuPackage> {
  return async () => ({ globals: { GPUNever: 1 }, create: () => ({ requestAdapter: async () => adapter }) });
}

test('without the package WebGPU is mended by the command that installs it', async () => {
  expect(await tryWebgpu({ load: async () => null })).toEqual({
    status: 'failed',
    reason: 'the package webgpu is not installed',
    mend: 'npm install webgpu@0.6 (130 MB)',
  });
});

test('no adapter, and one that computes in software, are passed over, and leave no globals', async () => {
  expect(await tryWebgpu({ load: withAdapter(null) })).toMatchObject({
    reason: expect.stringMatching(/^WebGPU finds no GPU/),
  });
  const info = { description: 'SwiftShader driver 5.0.0', device: 'd', isFallbackAdapter: true };
  expect(await tryWebgpu({ load: withAdapter({ info }) })).toEqual({
    status: 'failed',
    reason: 'WebGPU finds only SwiftShader driver 5.0.0, which computes in software',
    mend: null,
  });
  expect(globalThis).not.toHaveProperty('GPUNever');
});

test('a library that cannot be loaded is passed over in one line', async () => {
  const load = () => Promise.reject(new Error('cannot open\nshared object'));
  expect(await tryWebgpu({ load })).toMatchObject({ reason: 'WebGPU does not start: cannot open shared object' });
});

test('with the package and any adapter WebGPU computes and differentiates, and reads only asynchronously', async (context) => {
  const attempt = await tryWebgpu({ software: true });
  if (attempt.status === 'failed') {
    console.log(`skipped: ${attempt.reason}`);
    return context.skip();
  }
  const { tf } = attempt.backend;
  expect(tf.getBackend()).toBe('webgpu');
  // The gradient of sum(x³) at (1, 2, 3) is 3x² = (3, 12, 27).
  const gradient = tf.grad((x) => x.pow(tf.scalar(3)).sum())(tf.tensor1d([1, 2, 3]));
  expect(() => tf.square(gradient).dataSync()).toThrow(/OffscreenCanvas/);
  for (const [i, value] of (await gradient.data()).entries()) expect(value).toBeCloseTo([3, 12, 27][i] as number, 4);
});
