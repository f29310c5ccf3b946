import type { TensorFlow } from '@turnwise/accelerator';
import type { PolicyBatch } from '@turnwise/gtpo';
import { describe, expect, test } from 'vitest';
import { PolicyLearner } from '../src/learner/policy-learner.js';
import { divides } from '../src/sampler/model-part.js';
import { PolicySampler } from '../src/sampler/policy-sampler.js';
import { WeightStore } from '../src/weight-store.js';
import { backendOrNull } from './backends.js';
import { float64Logprobs } from './float64-model.js';
import { livelyWeights, someTokens, variants } from './small-model.js';

interface Episode {
  readonly tokens: number[];
  /** 1 where the sampler chose the token. */
  readonly actions: number[];
  readonly logprobs: number[];
}

async function episode(sampler: PolicySampler, task: number): Promise<Episode> {
  const opened = sampler.open({ seed: 3, update: 0, task, sample: 0 });
  const result: Episode = { tokens: [], actions: [], logprobs: [] };
  for (let turn = 0; turn < 2; turn++) {
    const newTokenIds = someTokens(turn === 0 ? 2 + 6 * task : 1 + task, task + turn);
    const request = { newTokenIds, turn, maxTokens: 4 + task, stopTokenIds: [5], temperature: 0.8 };
    const { tokenIds, behaviourLogprobs } = await opened.sample(request);
    result.tokens.push(...newTokenIds, ...tokenIds);
    result.actions.push(...newTokenIds.map(() => 0), ...tokenIds.map(() => 1));
    result.logprobs.push(...newTokenIds.map(() => 0), ...behaviourLogprobs);
  }
  opened.close();
  return result;
}

function batchOf(episodes: readonly Episode[]): PolicyBatch {
  const tokens = Math.max(...episodes.map((one) => one.tokens.length));
  const size = episodes.length * tokens;
  const batch = {
    sequences: episodes.length,
    tokens,
    tokenIds: new Int32Array(size),
    sequenceLengths: Int32Array.from(episodes, (one) => one.tokens.length),
    actionMask: new Uint8Array(size),
    advantages: new Float32Array(size),
    behaviourLogprobs: new Float32Array(size),
    turnIndices: new Int32Array(size),
    groupIndices: new Int32Array(episodes.length),
    temperature: 0.8,
  };
  episodes.forEach((one, row) => {
    batch.tokenIds.set(one.tokens, row * tokens);
    batch.actionMask.set(one.actions, row * tokens);
    batch.behaviourLogprobs.set(one.logprobs, row * tokens);
  });
  return batch;
}

// The parts that families differ in are in two places, where rows are learned from and where tokens are sampled.
describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;

  const cases = variants.flatMap(([what, config]) => [
    [`${what}, as they are`, config, { folded: false }] as const,
    ...[1, 2]
      .filter((parts) => divides(config, parts))
      .map((parts) => [`${what}, folded, ${parts} parts`, config, { folded: true, parts }] as const),
  ]);
  test.skipIf(backend === null).each(cases)(
    'sampler, learner and float64 twin agree: %s',
    async (_, config, options) => {
      await backendOrNull(name);
      const weights = livelyWeights(config);
      const store = new WeightStore(tf, config, weights, 0);
      const sampler = new PolicySampler(store, { rows: 4, shards: 1, stepsPerRun: 3, ...options });
      const episodes = await Promise.all([0, 1, 2, 3].map((task) => episode(sampler, task)));
      const learner = new PolicyLearner(store, { shards: 1 });
      const batch = batchOf(episodes);
      const scores = await learner.score(batch);
      episodes.forEach(({ tokens, actions, logprobs }, row) => {
        const twin = float64Logprobs(config, weights, tokens, 0.8);
        expect(actions.reduce((sum, on) => sum + on, 0)).toBeGreaterThan(1);
        actions.forEach((on, t) => {
          if (on === 0) return;
          const score = scores[row * batch.tokens + t] as number;
          expect(Math.abs((logprobs[t] as number) - (twin[t] as number))).toBeLessThan(5e-5);
          expect(Math.abs(score - (twin[t] as number))).toBeLessThan(5e-5);
        });
      });
      sampler.dispose();
      learner.dispose();
      store.dispose();
    },
  );
});
