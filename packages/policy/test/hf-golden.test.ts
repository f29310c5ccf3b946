import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TensorFlow } from '@turnwise/accelerator';
import type { PolicyBatch, PolicyLoss } from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { loadPolicy } from '../src/policy.js';
import { backendOrNull } from './backends.js';

const FOLDERS = fileURLToPath(new URL('./golden/hf', import.meta.url));

/** What `transformers` and PEFT computed; see the README of the folder. */
interface Expected {
  readonly inputIds: number[][];
  readonly logprobs: number[][];
  readonly coefficients: number[][];
  readonly adamw: { readonly losses: number[]; readonly gradNorms: number[]; readonly logprobsAfter: number[][] };
  readonly greedy: { readonly prompt: number[]; readonly tokens: number[] };
}

const linear: PolicyLoss = {
  name: 'linear',
  aggregation: { kind: 'token-mean' },
  terms: (ops, { policyLogprobs, advantages }) => ({ loss: ops.neg(ops.mul(advantages, policyLogprobs)), metrics: {} }),
};

/** Every token but the first is an action, its coefficient the advantage. */
function batchOf({ inputIds, coefficients }: Expected): PolicyBatch {
  const tokens = inputIds[0]?.length as number;
  const flat = (rows: number[][], first: number[]) => rows.flatMap((row) => [...first, ...row]);
  return {
    sequences: inputIds.length,
    tokens,
    tokenIds: Int32Array.from(flat(inputIds, [])),
    sequenceLengths: Int32Array.from(inputIds, (row) => row.length),
    actionMask: Uint8Array.from({ length: inputIds.length * tokens }, (_, i) => (i % tokens === 0 ? 0 : 1)),
    advantages: Float32Array.from(flat(coefficients, [0])),
    behaviourLogprobs: new Float32Array(inputIds.length * tokens),
    turnIndices: new Int32Array(inputIds.length * tokens),
    groupIndices: new Int32Array(inputIds.length),
    temperature: 1,
  };
}

function expectNear(got: ArrayLike<number>, expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs((got[i] as number) - value)).toBeLessThan(1e-4);
}

// `npm run parity:hf` says more of the same folders: entropies, single gradients, all backends, texts.
const folders = readdirSync(FOLDERS, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
describe.each(['native', 'cpu'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  // Plain JavaScript is slow: it takes those that have all the parts between them.
  const some = name === 'native' ? folders : ['llama-linear-biases', 'qwen3-rslora-all'];

  test.skipIf(backend === null).each(some)('%s: as transformers computes it', async (folder) => {
    await backendOrNull(name);
    const path = join(FOLDERS, folder);
    const expected = JSON.parse(readFileSync(join(path, 'expected.json'), 'utf8')) as Expected;
    const learner = { learningRate: 1e-3, weightDecay: 0.01, decayed: 'all', shards: 1 } as const;
    const policy = await loadPolicy(path, { tf, sampler: { rows: 1, shards: 1 }, learner });
    const batch = batchOf(expected);
    const withFirst = (rows: number[][]) => rows.flatMap((row) => [0, ...row]);
    expectNear(await policy.score(batch), withFirst(expected.logprobs));
    const sequence = policy.open({ seed: 1, update: 0, task: 0, sample: 0 });
    const { prompt, tokens } = expected.greedy;
    const request = { newTokenIds: prompt, turn: 0, maxTokens: tokens.length, stopTokenIds: [], temperature: 0 };
    expect((await sequence.sample(request)).tokenIds).toEqual(tokens);
    sequence.close();
    const { losses, gradNorms, logprobsAfter } = expected.adamw;
    for (const [step, loss] of losses.entries()) {
      const metrics = await policy.update(batch, linear);
      expect(Math.abs(metrics.loss - loss)).toBeLessThan(1e-4);
      expect(Math.abs(metrics.gradNorm - (gradNorms[step] as number))).toBeLessThan(1e-4);
    }
    expectNear(await policy.score(batch), withFirst(logprobsAfter));
    policy.dispose();
  });
});
