import type { TensorFlow } from '@turnwise/accelerator';
import type { SampledAction, SampleRequest } from '@turnwise/trajectory';
import { expect, test } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Logits } from '../../test/float64-model.js';
import { livelyWeights, smallConfig, someTokens } from '../../test/small-model.js';
import { WeightStore } from '../weight-store.js';
import { PolicySampler, type SamplerOptions } from './policy-sampler.js';

const config = smallConfig;
const weights = livelyWeights(config);
const prompt = someTokens(6, 1);
const plain: SampleRequest = { newTokenIds: prompt, turn: 0, maxTokens: 12, stopTokenIds: [], temperature: 1 };
/** Token 0 is "a", token 1 "b", and so on. */
const decode = (ids: readonly number[]) => ids.map((id) => String.fromCharCode(97 + id)).join('');

async function sampler(options: SamplerOptions = {}): Promise<PolicySampler> {
  const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;
  const store = new WeightStore(tf, config, weights, 0);
  return new PolicySampler(store, { rows: 4, shards: 1, stepsPerRun: 8, decode, ...options });
}

async function sampleAll(requests: readonly Partial<SampleRequest>[], options?: SamplerOptions) {
  const made = await sampler(options);
  const actions = await Promise.all(
    requests.map(async (request, task) => {
      const opened = made.open({ seed: 5, update: 1, task, sample: 0 });
      const action = await opened.sample({ ...plain, ...request });
      opened.close();
      return action;
    }),
  );
  made.dispose();
  return actions as [SampledAction, ...SampledAction[]];
}

test('truncated and whole distributions side by side: log-probs of both, as the float64 twin has them', async () => {
  const [narrow, wide] = await sampleAll([{ truncation: { topK: 3 }, maxTokens: 40 }, {}]);
  expect(wide).not.toHaveProperty('drawnLogprobs');
  expect((await sampleAll([{ truncation: {} }, {}]))[1]).toEqual(wide);
  const tokens = [...prompt];
  narrow.tokenIds.forEach((id, i) => {
    const row = float64Logits(config, weights, tokens).at(-1) as number[];
    const logSum = (values: readonly number[]) => Math.log(values.reduce((sum, x) => sum + Math.exp(x), 0));
    const likeliest = [...row].sort((a, b) => b - a).slice(0, 3);
    expect(row[id] as number).toBeGreaterThanOrEqual((likeliest[2] as number) - 1e-5);
    expect(narrow.behaviourLogprobs[i]).toBeCloseTo((row[id] as number) - logSum(row), 4);
    expect(narrow.drawnLogprobs?.[i]).toBeCloseTo((row[id] as number) - logSum(likeliest), 4);
    tokens.push(id);
  });
  expect(new Set(narrow.tokenIds).size).toBeGreaterThan(3);
});

test('allowed tokens are asked for once per token, with the action so far', async () => {
  const asked: number[][] = [];
  // Upwards only: after token n one of the next five.
  const allowed = (ids: readonly number[]): number[] => {
    asked.push([...ids]);
    const last = ids.at(-1) ?? -1;
    return [1, 2, 3, 4, 5].map((n) => last + n);
  };
  const [guided, free] = await sampleAll([{ allowed, maxTokens: 5 }, { maxTokens: 5 }]);
  expect(asked).toEqual(guided.tokenIds.map((_, i) => guided.tokenIds.slice(0, i)));
  guided.tokenIds.forEach((id, i) => {
    const step = id - (guided.tokenIds[i - 1] ?? -1);
    expect(step).toBeGreaterThanOrEqual(1);
    expect(step).toBeLessThanOrEqual(5);
  });
  expect(free).toEqual((await sampleAll([{}, { maxTokens: 5 }]))[1]);
});

test('an `allowed` that fails ends its own action alone', async () => {
  const made = await sampler();
  const [bad, good] = [0, 1].map((task) => made.open({ seed: 5, update: 1, task, sample: 0 }));
  const allowed = (ids: readonly number[]): null => {
    if (ids.length === 2) throw new Error('no way on');
    return null;
  };
  const asked: number[] = [];
  const everything = (ids: readonly number[]): null => {
    asked.push(ids.length);
    return null;
  };
  const refused = bad?.sample({ ...plain, allowed });
  const sampled = good?.sample({ ...plain, allowed: everything, maxTokens: 5 });
  await expect(refused).rejects.toThrow('no way on');
  await expect(bad?.sample(plain)).rejects.toThrow('sample: the sequence is closed');
  const { drawnLogprobs: _, ...action } = (await sampled) as SampledAction;
  expect(action).toEqual((await sampleAll([{}, { maxTokens: 5 }]))[1]);
  expect(asked).toEqual([0, 1, 2, 3, 4]);
  bad?.close();
  good?.close();
  made.dispose();
});

test('a greedy row takes the likeliest of what is allowed', async () => {
  const row = float64Logits(config, weights, prompt).at(-1) as number[];
  const odd = row.map((_, id) => id).filter((id) => id % 2 === 1);
  const best = odd.reduce((a, b) => ((row[a] as number) >= (row[b] as number) ? a : b));
  const [action] = await sampleAll([{ allowed: () => odd, temperature: 0, maxTokens: 1 }]);
  expect(action.tokenIds).toEqual([best]);
});

test('a stop string ends the action where it is complete, over token borders', async () => {
  const [whole] = await sampleAll([{}]);
  const text = decode(whole.tokenIds);
  const stop = text.slice(3, 6);
  const [stopped] = await sampleAll([{ stopStrings: ['?', stop] }]);
  expect(stopped).toMatchObject({ end: 'stop-string' });
  expect(decode(stopped.tokenIds)).toBe(text.slice(0, text.indexOf(stop) + 3));
});

test.each([
  [{ truncation: { topK: 0 } }, 'topK: an integer of at least 1, got 0'],
  [{ truncation: { topP: 0 } }, 'topP: a number in (0, 1], got 0'],
  [{ truncation: { minP: 1.5 } }, 'minP: a number in [0, 1], got 1.5'],
  [{ stopStrings: ['ab', ''] }, 'stopStrings: no empty text, got one'],
  [{ allowed: () => [] }, 'allowed: at least one token id or null, got none'],
  [{ allowed: () => [32] }, 'allowed: token ids in [0, 32), got 32'],
])('refuses %o', async (request, message) => {
  await expect(sampleAll([request])).rejects.toThrow(message);
});

test('refuses stop strings when it cannot decode', async () => {
  const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;
  const mute = new PolicySampler(new WeightStore(tf, config, weights, 0), { rows: 1 });
  const opened = mute.open({ seed: 5, update: 1, task: 0, sample: 0 });
  await expect(opened.sample({ ...plain, stopStrings: ['ab'] })).rejects.toThrow(
    'stopStrings: need a sampler with the option decode, got ["ab"]',
  );
  opened.close();
  mute.dispose();
});
