import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeBackend, type Tensor, type TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate, entropyBonus, klToReference } from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { adamwStep } from '../src/learner/adamw.js';
import { lossGradient, type MicroBatchTensors } from '../src/learner/loss-gradient.js';
import { optimizerOptions } from '../src/learner/optimizer-options.js';
import { PolicyLearner } from '../src/learner/policy-learner.js';
import { createPolicy } from '../src/policy.js';
import { foldWeights } from '../src/sampler/fold-weights.js';
import { tensorsOf, WeightStore } from '../src/weight-store.js';
import { backendOrNull } from './backends.js';
import { eagerly } from './eagerly.js';
import { livelyWeights, raggedBatch, smallConfig, someTokens } from './small-model.js';

const backend = await backendOrNull('native');
const tf = backend?.tf as TensorFlow;
const on = test.skipIf(backend === null);

type Tree = Tensor | readonly Tree[] | { readonly [key: string]: Tree };

/** Every number in a tree of tensors or plain values, and where it stands. */
function numbers(tree: unknown, path = ''): [string, number][] {
  if (typeof tree === 'number') return [[path, tree]];
  if (typeof tree !== 'object' || tree === null) return [];
  const values = 'dataSync' in tree ? (tree as Tensor).dataSync() : tree;
  return Object.entries(values).flatMap(([key, value]) => numbers(value, `${path}.${key}`));
}

function expectNear(compiled: unknown, eager: unknown): void {
  const [got, expected] = [numbers(compiled), numbers(eager)];
  expect(got.map(([path]) => path)).toEqual(expected.map(([path]) => path));
  expect(got.length).toBeGreaterThan(0);
  for (const [i, [path, value]] of got.entries()) {
    const twin = expected[i]?.[1] as number;
    expect(Math.abs(value - twin), path).toBeLessThan(1e-5 * Math.max(1, Math.abs(twin)));
  }
}

/** The result of a compiled function as one graph and as written; that it was a graph is checked. */
async function both<T extends Tree>(
  make: () => ((...args: never[]) => T) & { readonly graphs: number },
  args: () => Tree[],
) {
  const run = () => {
    const compiled = make();
    return { result: compiled(...(args() as never[])), graphs: compiled.graphs };
  };
  const [graph, eager] = [run(), await eagerly(tf, async () => run())];
  expect([graph.graphs, eager.graphs]).toEqual([1, 0]);
  expectNear(graph.result, eager.result);
}

describe('every compiled function equals its eager twin', () => {
  on('all of them are tested here', () => {
    const source = fileURLToPath(new URL('../src', import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    const compiling = files.filter((file) => /\bcompile(Loop)?\(/.test(readFileSync(join(source, file), 'utf8')));
    expect(compiling.map((file) => file.replaceAll('\\', '/')).sort()).toEqual([
      'learner/adamw.ts', // the step of AdamW
      'learner/loss-gradient.ts', // the gradient
      'learner/policy-learner.ts', // scoring
      'sampler/decoder.ts', // sampling
      'sampler/fold-weights.ts', // folded weights
    ]);
  });

  on.each([
    ['as it is', false],
    ['with activation checkpointing', true],
  ])('the gradient, with regularizers and unequal shards, %s', async (_, activationCheckpointing) => {
    const shape: [number, number] = [4, 12];
    const size = shape[0] * shape[1];
    const wave = (factor: number, phase: number) =>
      tf.tensor2d(
        Float32Array.from({ length: size }, (_, i) => factor * Math.sin(i + phase)),
        shape,
      );
    const mask = Float32Array.from({ length: size }, (_, i) =>
      i % 12 > 3 && i % 12 < 12 - 2 * Math.floor(i / 12) ? 1 : 0,
    );
    const args = () => {
      const batch: MicroBatchTensors = {
        tokenIds: tf.tensor2d(someTokens(size, 3), shape, 'int32'),
        actionMask: tf.tensor2d(mask, shape),
        advantages: wave(1, 0),
        behaviourLogprobs: tf.sub(wave(0.5, 1), 3),
        referenceLogprobs: tf.sub(wave(0.5, 2), 3),
        lossWeights: tf.tensor2d(
          mask.map((value) => value / 20),
          shape,
        ),
      };
      const weights = tensorsOf(tf, smallConfig, livelyWeights(smallConfig));
      const gradients = tensorsOf(tf, smallConfig, livelyWeights(smallConfig, 2));
      return [{ weights, gradients, batch, inverseTemperature: tf.scalar(1.25) }] as unknown as Tree[];
    };
    const regularizers = [entropyBonus({ coefficient: 0.1 }), klToReference({ coefficient: 0.1, gradient: 'k2' })];
    const what = { loss: clippedSurrogate({ dualClip: 3 }), regularizers, shards: 2, activationCheckpointing };
    await both(() => lossGradient(tf, smallConfig, what) as never, args);
  });

  on('the step of AdamW', async () => {
    const of = (seed: number, f: (x: Tensor) => Tensor = (x) => x) => {
      const tensors = tensorsOf(tf, smallConfig, livelyWeights(smallConfig, seed));
      return Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, f(tensor)]));
    };
    const args = () => [
      {
        weights: of(1),
        first: of(2),
        second: of(3, tf.square),
        gradients: of(4),
        scalars: tf.tensor1d([0.01, 0.3, 0.1]),
      },
    ];
    await both(() => adamwStep(tf, optimizerOptions({ weightDecay: 0.1 })) as never, args);
  });

  on('scoring', async () => {
    const score = async () => {
      const store = new WeightStore(tf, smallConfig, livelyWeights(smallConfig), 0);
      const learner = new PolicyLearner(store, { microBatchTokens: 64 });
      const scores = await learner.score(raggedBatch([11, 20, 8, 35], 0.7));
      learner.dispose();
      store.dispose();
      return scores;
    };
    expectNear(await score(), await eagerly(tf, score));
  });

  on('folded weights', async () => {
    await both(
      () => foldWeights(tf, smallConfig, 2) as never,
      () => [tensorsOf(tf, smallConfig, livelyWeights(smallConfig))] as Tree[],
    );
  });

  on('sampling: the tokens, and their log-probs', async () => {
    const sample = async () => {
      const policy = createPolicy(smallConfig, 1, { tf, sampler: { rows: 4, shards: 2 } });
      const actions = await Promise.all(
        [0, 1, 2].map(async (task) => {
          const sequence = policy.open({ seed: 1, update: 0, task, sample: 0 });
          const request = { newTokenIds: [1, 2 + task], maxTokens: 12, stopTokenIds: [7], temperature: 1 };
          const first = await sequence.sample({ ...request, turn: 0 });
          const second = await sequence.sample({ ...request, turn: 1 });
          sequence.close();
          return [first, second].map(({ tokenIds, behaviourLogprobs }) => ({
            tokenIds: [...tokenIds],
            behaviourLogprobs,
          }));
        }),
      );
      policy.dispose();
      return actions;
    };
    expectNear(await sample(), await eagerly(tf, sample));
  });

  on('and afterwards there are graphs again', () => {
    expect(nativeBackend(tf)).not.toBeNull();
  });
});
