import { nativeBackend, type TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate } from '@turnwise/gtpo';
import { expect, test } from 'vitest';
import { createPolicy } from '../src/policy.js';
import { backendOrNull } from './backends.js';
import { raggedBatch, smallConfig } from './small-model.js';

const backend = await backendOrNull('native');

// `bench/memory.mjs flat 1000` does the same for longer, on a larger policy.
test.skipIf(backend === null)(
  'a hundred updates and scores leave no tensors, and the process does not grow',
  async () => {
    const tf = backend?.tf as TensorFlow;
    // Wide for its few operations, so that what a step leaves would show: 107,520 weights, 430 kB.
    const config = { ...smallConfig, hiddenSize: 96, intermediateSize: 256, headSize: 24, layers: 1 };
    const policy = createPolicy(config, 1, { tf, learner: { shards: 2 } });
    const batches = [raggedBatch([11, 20, 8, 30]), raggedBatch([40, 12])];
    const loss = clippedSurrogate();
    const run = async (steps: number) => {
      for (let step = 0; step < steps; step++) {
        const batch = batches[step % 2] as (typeof batches)[number];
        await policy.update(batch, loss, { epochs: 2 });
        await policy.score(batch);
      }
    };
    await run(20);
    const count = () => [tf.memory().numTensors, nativeBackend(tf)?.binding.getNumOfTensors()];
    const [before, resident] = [count(), process.memoryUsage.rss()];
    await run(100);
    expect(count()).toEqual(before);
    // 200 steps of which only the gradients stayed would be 86 MB; Node's own heap grows by some 20.
    expect(process.memoryUsage.rss() - resident).toBeLessThan(60e6);
    policy.dispose();
  },
);
