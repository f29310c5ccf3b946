import type { TensorFlow } from '@turnwise/accelerator';
import type { SampledAction, SampleKey } from '@turnwise/trajectory';
import { describe, expect, test, vi } from 'vitest';
import { backendOrNull } from '../../test/backends.js';
import { float64Logits, float64Logprobs } from '../../test/float64-model.js';
import { livelyWeights, smallConfig, someTokens } from '../../test/small-model.js';
import { tokenUniform } from '../random/token-uniform.js';
import { tensorsOf, WeightStore } from '../weight-store.js';
import { Decoder } from './decoder.js';
import { PolicySampler, type SamplerOptions } from './policy-sampler.js';

const config = smallConfig;
const STOP = 5;

interface Episode {
  readonly tokens: number[];
  readonly logprobs: number[];
  readonly actions: SampledAction[];
}

const keyOf = (task: number, sample = 0): SampleKey => ({ seed: 7, update: 3, task, sample });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Three turns; prompts of 3 to 9 tokens, observations of 1 to 3. `delay` is what a tool would take. */
async function episode(
  sampler: PolicySampler,
  task: number,
  temperature = 1,
  delay: (turn: number) => number = () => 0,
  opened = sampler.open(keyOf(task)),
): Promise<Episode> {
  const result: Episode = { tokens: [], logprobs: [], actions: [] };
  for (let turn = 0; turn < 3; turn++) {
    const newTokenIds = turn === 0 ? someTokens(3 + (task % 7), task) : someTokens(1 + (task % 3), turn);
    const action = await opened.sample({ newTokenIds, turn, maxTokens: 9, stopTokenIds: [STOP], temperature });
    result.tokens.push(...newTokenIds, ...action.tokenIds);
    result.logprobs.push(...newTokenIds.map(() => 0), ...action.behaviourLogprobs);
    result.actions.push(action);
    if (delay(turn) > 0) await pause(delay(turn));
  }
  opened.close();
  return result;
}

function expectSame(got: Episode, expected: Episode): void {
  expect(got.tokens).toEqual(expected.tokens);
  for (const [i, value] of got.logprobs.entries()) expect(value).toBeCloseTo(expected.logprobs[i] as number, 4);
}

describe.each(['cpu', 'wasm', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);

  async function sampler(options: SamplerOptions = {}, weights = livelyWeights(config)) {
    await backendOrNull(name);
    const store = new WeightStore(tf, config, weights, 0);
    return { store, sampler: new PolicySampler(store, { rows: 4, shards: 1, stepsPerRun: 8, ...options }) };
  }

  async function episodes(tasks: readonly number[], options: SamplerOptions = {}, temperature = 1): Promise<Episode[]> {
    const made = await sampler(options);
    const result = await Promise.all(tasks.map((task) => episode(made.sampler, task, temperature)));
    made.sampler.dispose();
    return result;
  }

  const tasks = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

  on('log-probs of ragged turns are those of the float64 twin', async () => {
    const weights = livelyWeights(config);
    for (const { tokens, logprobs } of await episodes(tasks)) {
      const expected = float64Logprobs(config, weights, tokens);
      logprobs.forEach((value, t) => {
        if (value !== 0) expect(value).toBeCloseTo(expected[t] as number, 4);
      });
    }
  });

  on('each token is the inverse of the cumulative distribution at its named uniform number', async () => {
    const weights = livelyWeights(config);
    const { tokens, actions } = (await episodes([2]))[0] as Episode;
    const logits = float64Logits(config, weights, tokens);
    let at = someTokens(3 + 2, 2).length;
    actions.forEach(({ tokenIds }, turn) => {
      tokenIds.forEach((id, token) => {
        const row = logits[at + token - 1] as number[];
        const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
        const below = row.slice(0, id).reduce((sum, x) => sum + Math.exp(x), 0) / total;
        const u = tokenUniform(keyOf(2), turn, token);
        expect(u).toBeGreaterThan(below - 1e-5);
        expect(u).toBeLessThan(below + Math.exp(row[id] as number) / total + 1e-5);
      });
      at += tokenIds.length + someTokens(1 + 2, turn + 1).length;
    });
  });

  on('a trajectory is the same alone, in a batch, in a refilled row, in any run length', async () => {
    const batch = await episodes(tasks);
    for (const task of [0, 9]) expectSame((await episodes([task]))[0] as Episode, batch[task] as Episode);
    const wide = await episodes(tasks, { rows: 12, stepsPerRun: 3 });
    for (const [task, got] of wide.entries()) expectSame(got, batch[task] as Episode);
  });

  on('the number of shards changes nothing', async () => {
    const one = await episodes(tasks, { rows: 4, shards: 1 });
    const two = await episodes(tasks, { rows: 4, shards: 2 });
    for (const [task, got] of two.entries()) expectSame(got, one[task] as Episode);
  });

  on('nor does cutting the model into parts, which must divide it', async () => {
    const whole = await episodes(tasks, { parts: 1 });
    const cut = await episodes(tasks, { parts: 2 });
    for (const [task, got] of cut.entries()) expectSame(got, whole[task] as Episode);
    await expect(sampler({ parts: 3 })).rejects.toThrow(
      /^parts: divides \d+ key-value heads and \d+ inner features, got 3$/,
    );
  });

  on('alone, in a batch of 32, in a refilled row and with 2 shards it draws by the same numbers', async () => {
    const long = someTokens(40, 3);
    const sampleOne = async (from: PolicySampler, task: number): Promise<SampledAction> => {
      const opened = from.open(keyOf(task));
      const request = { turn: 0, maxTokens: 8, stopTokenIds: [], temperature: 1 };
      const action = await opened.sample({ ...request, newTokenIds: long.slice(task % 5) });
      opened.close();
      return action;
    };
    const sampleAll = async (count: number, options: SamplerOptions): Promise<SampledAction[]> => {
      const made = await sampler(options);
      const actions = await Promise.all(Array.from({ length: count }, (_, task) => sampleOne(made.sampler, task)));
      made.sampler.dispose();
      return actions;
    };
    const batch = await sampleAll(32, { rows: 32 });
    const others = {
      alone: await sampleAll(1, { rows: 1 }),
      'in refilled rows': await sampleAll(32, { rows: 8 }),
      'with 2 shards': await sampleAll(32, { rows: 32, shards: 2 }),
    };
    for (const [how, actions] of Object.entries(others)) {
      let different = 0;
      actions.forEach((action, task) => {
        const { tokenIds, behaviourLogprobs } = batch[task] as SampledAction;
        const first = tokenIds.findIndex((id, i) => id !== action.tokenIds[i]);
        if (first === -1) {
          for (const [i, logprob] of behaviourLogprobs.entries())
            expect(action.behaviourLogprobs[i]).toBeCloseTo(logprob, 4);
          return;
        }
        // Only where the uniform number lies on the border of the two: the cumulative sums up to it differ by rounding.
        different += 1;
        const tokens = [...long.slice(task % 5), ...tokenIds.slice(0, first)];
        const row = float64Logits(config, livelyWeights(config), tokens).at(-1) as number[];
        const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
        const border = Math.max(tokenIds[first] as number, action.tokenIds[first] as number);
        const below = row.slice(0, border).reduce((sum, x) => sum + Math.exp(x), 0) / total;
        expect(Math.abs(below - tokenUniform(keyOf(task), 0, first))).toBeLessThan(1e-5);
      });
      // 8 tokens with 2e-5 to lie in: one in 6,000 differs.
      expect(different).toBeLessThanOrEqual(1);
      console.log(`${name}, ${how}: ${different} of ${actions.length} actions differ from those of the batch of 32`);
    }
  });

  on('what a tool takes changes not one bit', async () => {
    const run = async (delay: (task: number, turn: number) => number): Promise<Episode[]> => {
      const made = await sampler();
      const opened = tasks.map((task) => made.sampler.open(keyOf(task)));
      const all = tasks.map((task) => episode(made.sampler, task, 1, (turn) => delay(task, turn), opened[task]));
      const result = await Promise.all(all);
      made.sampler.dispose();
      return result;
    };
    expect(await run((task, turn) => (task * 7 + turn * 3) % 5)).toEqual(await run(() => 0));
  });

  on('what was sampled before changes not one bit', async () => {
    const made = await sampler();
    // 40 tokens and 20 more leave a cache for longer rows than the episodes need.
    const opened = made.sampler.open(keyOf(100));
    const request = { turn: 0, maxTokens: 20, stopTokenIds: [], temperature: 1 };
    await opened.sample({ ...request, newTokenIds: someTokens(40, 1) });
    opened.close();
    const after = await Promise.all(tasks.map((task) => episode(made.sampler, task)));
    made.sampler.dispose();
    expect(after).toEqual(await episodes(tasks));
  });

  on('temperature 0 takes the likeliest token, with log-probs at temperature 1', async () => {
    const weights = livelyWeights(config);
    const made = await sampler();
    const opened = made.sampler.open(keyOf(0));
    const prompt = someTokens(6, 1);
    const request = { newTokenIds: prompt, turn: 0, maxTokens: 12, stopTokenIds: [], temperature: 0 };
    const { tokenIds, behaviourLogprobs, end } = await opened.sample(request);
    opened.close();
    expect(end).toBe('max-tokens');
    const tokens = [...prompt];
    tokenIds.forEach((id, i) => {
      const row = float64Logits(config, weights, tokens).at(-1) as number[];
      expect(id).toBe(row.indexOf(Math.max(...row)));
      tokens.push(id);
      expect(behaviourLogprobs[i]).toBeCloseTo(float64Logprobs(config, weights, tokens).at(-1) as number, 4);
    });
    made.sampler.dispose();
  });

  on('log-probs are those at the request temperature', async () => {
    const weights = livelyWeights(config);
    for (const { tokens, logprobs } of await episodes([1, 2], {}, 0.6)) {
      const expected = float64Logprobs(config, weights, tokens, 0.6);
      logprobs.forEach((value, t) => {
        if (value !== 0) expect(value).toBeCloseTo(expected[t] as number, 4);
      });
    }
  });

  on('samples follow the distribution', async () => {
    const made = await sampler({ rows: 8 });
    const prompt = someTokens(4, 2);
    const row = float64Logits(config, livelyWeights(config), prompt).at(-1) as number[];
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0);
    const n = 400;
    const counts = row.map(() => 0);
    const draw = async (sample: number): Promise<void> => {
      const opened = made.sampler.open(keyOf(0, sample));
      const request = { newTokenIds: prompt, turn: 0, maxTokens: 1, stopTokenIds: [], temperature: 1 };
      const { tokenIds } = await opened.sample(request);
      opened.close();
      counts[tokenIds[0] as number] = (counts[tokenIds[0] as number] as number) + 1;
    };
    await Promise.all(Array.from({ length: n }, (_, sample) => draw(sample)));
    const chiSquare = row.reduce((sum, x, id) => {
      const expected = (n * Math.exp(x)) / total;
      return sum + ((counts[id] as number) - expected) ** 2 / expected;
    }, 0);
    expect(chiSquare).toBeLessThan(61.1); // the .999 quantile at 31 degrees of freedom
    made.sampler.dispose();
  });

  on('the end of an action: stop token, limit, context', async () => {
    const ends = (await episodes(tasks)).flatMap(({ actions }) => actions);
    for (const { tokenIds, end } of ends) {
      expect(tokenIds.indexOf(STOP)).toBe(end === 'stop-token' ? tokenIds.length - 1 : -1);
      if (end === 'max-tokens') expect(tokenIds.length).toBe(9);
    }
    expect(new Set(ends.map(({ end }) => end))).toEqual(new Set(['stop-token', 'max-tokens']));

    const made = await sampler();
    const opened = made.sampler.open(keyOf(0));
    const request = { turn: 0, maxTokens: 100, stopTokenIds: [], temperature: 1 };
    const full = await opened.sample({ ...request, newTokenIds: someTokens(10, 0) });
    expect(full).toMatchObject({ end: 'context-full' });
    expect(full.tokenIds).toHaveLength(config.contextLength - 10);
    const expected = float64Logprobs(config, livelyWeights(config), [...someTokens(10, 0), ...full.tokenIds]);
    for (const [i, value] of full.behaviourLogprobs.entries()) expect(value).toBeCloseTo(expected[10 + i] as number, 4);
    expect(await opened.sample({ ...request, turn: 1, newTokenIds: [1] })).toMatchObject({
      tokenIds: [],
      end: 'context-full',
    });
    opened.close();
    made.sampler.dispose();
  });

  on('after new weights an open sequence goes on with them, from its first token', async () => {
    const made = await sampler();
    const other = livelyWeights(config, 2);
    const opened = made.sampler.open(keyOf(0));
    const request = { maxTokens: 6, stopTokenIds: [], temperature: 1 };
    const first = await opened.sample({ ...request, turn: 0, newTokenIds: [1, 2, 3] });
    made.store.replace(tensorsOf(tf, config, other));
    made.store.raiseVersion();
    const second = await opened.sample({ ...request, turn: 1, newTokenIds: [4] });
    opened.close();
    expect([first.policyVersion, second.policyVersion]).toEqual([0, 1]);
    const tokens = [1, 2, 3, ...first.tokenIds, 4, ...second.tokenIds];
    const expected = float64Logprobs(config, other, tokens).slice(-6);
    for (const [i, value] of second.behaviourLogprobs.entries()) expect(value).toBeCloseTo(expected[i] as number, 4);
    made.sampler.dispose();
  });

  on('waiting sequences get rows in the order of their keys', async () => {
    const made = await sampler({ rows: 1 });
    const order: number[] = [];
    const all = [4, 2, 3, 1].map(async (task) => {
      await episode(made.sampler, task);
      order.push(task);
    });
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
    made.sampler.dispose();
  });

  on('closing while waiting or while asking frees the place', async () => {
    const made = await sampler({ rows: 1 });
    made.sampler.open(keyOf(0)).close();
    const asking = made.sampler.open(keyOf(1));
    const abandoned = asking.sample({ newTokenIds: [1], turn: 0, maxTokens: 5, stopTokenIds: [], temperature: 1 });
    asking.close();
    await expect(abandoned).rejects.toThrow('close: an action of the sequence was in the making');
    expect(made.sampler.busy).toBe(false);
    expect((await episode(made.sampler, 2)).actions).toHaveLength(3);
    made.sampler.dispose();
  });

  on('rows that nobody needs any more are not computed, and come back', async () => {
    const made = await sampler({ rows: 16 });
    const sizes: number[] = [];
    const { run } = Decoder.prototype;
    const watch = vi.spyOn(Decoder.prototype, 'run').mockImplementation(function (this: Decoder, plan) {
      sizes.push(this.rows);
      return run.call(this, plan);
    });
    // 9 sequences, of which one goes on after the others; then 9 more while it is open.
    const opened = Array.from({ length: 9 }, (_, task) => made.sampler.open(keyOf(task)));
    const request = { turn: 0, maxTokens: 3, stopTokenIds: [], temperature: 1, newTokenIds: [1, 2] };
    const firsts = await Promise.all(opened.map((one) => one.sample(request)));
    for (const one of opened.slice(1)) one.close();
    const second = await opened[0]?.sample({ ...request, turn: 1 });
    const late = Array.from({ length: 9 }, (_, i) => made.sampler.open(keyOf(100 + i)));
    const [third] = await Promise.all([
      opened[0]?.sample({ ...request, turn: 2 }),
      ...late.map((one) => one.sample(request)),
    ]);
    for (const one of [...opened, ...late]) one.close();
    watch.mockRestore();
    expect(sizes).toEqual([16, 8, 16]);
    const tokens = [1, 2, ...(firsts[0]?.tokenIds ?? []), 1, 2, ...(second?.tokenIds ?? []), 1, 2];
    const expected = float64Logprobs(config, livelyWeights(config), [...tokens, ...(third?.tokenIds ?? [])]);
    third?.behaviourLogprobs.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[tokens.length + i] as number, 4);
    });
    made.sampler.dispose();
  });

  on('sampling leaves no tensors behind', async () => {
    const made = await sampler();
    await Promise.all(tasks.map((task) => episode(made.sampler, task)));
    const before = tf.memory().numTensors;
    await Promise.all(tasks.map((task) => episode(made.sampler, task + 100)));
    expect(tf.memory().numTensors).toBe(before);
    made.sampler.dispose();
  });

  on.each([
    [{ newTokenIds: [] }, 'newTokenIds: at least one token, got none'],
    [{ newTokenIds: [32] }, 'newTokenIds: token ids in [0, 32), got 32'],
    [{ maxTokens: 0 }, 'maxTokens: an integer of at least 1, got 0'],
    [{ temperature: -1 }, 'temperature: 0, or a finite number of at least 0.0001, got -1'],
    [{ turn: -1 }, 'turn: an integer of at least 0, got -1'],
  ])('refuses %j', async (change, message) => {
    const made = await sampler();
    const opened = made.sampler.open(keyOf(0));
    const request = { newTokenIds: [1], turn: 0, maxTokens: 1, stopTokenIds: [], temperature: 1, ...change };
    await expect(opened.sample(request)).rejects.toThrow(message);
    opened.close();
    made.sampler.dispose();
  });

  on('refuses rows that shards do not divide, and a key that is none', async () => {
    await expect(sampler({ rows: 3, shards: 2 })).rejects.toThrow('rows: a multiple of shards (2), got 3');
    const made = await sampler();
    expect(() => made.sampler.open({ ...keyOf(0), sample: -1 })).toThrow('sample: an integer in [0, 2^32), got -1');
    made.sampler.dispose();
  });
});
