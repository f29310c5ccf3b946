import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate, supervised } from '@turnwise/gtpo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendOrNull } from '../test/backends.js';
import { raggedBatch, smallConfig } from '../test/small-model.js';
import { createPolicy, loadPolicy, type Policy } from './policy.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'policy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function action(policy: Policy) {
  const sequence = policy.open({ seed: 1, update: policy.version, task: 0, sample: 0 });
  const request = { newTokenIds: [1, 2], turn: 0, maxTokens: 8, stopTokenIds: [], temperature: 1 };
  const result = await sequence.sample(request);
  sequence.close();
  return result;
}

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);
  const batch = raggedBatch([12, 9, 14]);

  on('a resumed policy goes on bit by bit as if it had never stopped', async () => {
    await backendOrNull(name);
    const loss = clippedSurrogate();
    const schedule = { kind: 'cosine', steps: 9, final: 0.1 } as const;
    const options = { tf, learner: { learningRate: 0.01, warmupSteps: 2, schedule, weightDecay: 0.1 } };
    const policy = createPolicy(smallConfig, 4, options);
    for (let i = 0; i < 3; i++) await policy.update(batch, loss);
    const at = join(folder, `resume-${name}`);
    await policy.save(at);
    expect((await readdir(at)).sort()).toEqual(['config.json', 'model.safetensors', 'optimizer.safetensors']);
    const resumed = await loadPolicy(at, { ...options, resume: true });
    expect(resumed.version).toBe(3);
    expect(resumed.config).toEqual(policy.config);
    for (let i = 0; i < 2; i++) {
      expect(await action(resumed)).toEqual(await action(policy));
      expect(await resumed.update(batch, loss)).toEqual(await policy.update(batch, loss));
    }
    expect(await resumed.score(batch)).toEqual(await policy.score(batch));
    policy.dispose();
    resumed.dispose();
  });

  on('loading without resume takes the weights alone', async () => {
    await backendOrNull(name);
    const policy = createPolicy(smallConfig, 4, { tf });
    await policy.update(batch, supervised());
    const at = join(folder, `weights-${name}`);
    await policy.save(at, { optimizer: false });
    expect((await readdir(at)).sort()).toEqual(['config.json', 'model.safetensors']);
    const loaded = await loadPolicy(at, { tf });
    expect(loaded.version).toBe(0);
    expect(await loaded.score(batch)).toEqual(await policy.score(batch));
    await expect(loadPolicy(at, { tf, resume: true })).rejects.toThrow('optimizer.safetensors');
    policy.dispose();
    loaded.dispose();
  });

  on('two policies of one seed are one; another seed is another', async () => {
    await backendOrNull(name);
    const [a, b, c] = [1, 1, 2].map((seed) => createPolicy(smallConfig, seed, { tf })) as [Policy, Policy, Policy];
    expect(await action(a)).toEqual(await action(b));
    expect(await a.score(batch)).not.toEqual(await c.score(batch));
    for (const policy of [a, b, c]) policy.dispose();
  });

  on('update is refused while an action is in the making', async () => {
    await backendOrNull(name);
    const policy = createPolicy(smallConfig, 1, { tf });
    const sampling = action(policy);
    await expect(policy.update(batch, supervised())).rejects.toThrow('update: an action is in the making');
    await sampling;
    policy.dispose();
  });

  on('an option that is refused leaves no tensors', async () => {
    await backendOrNull(name);
    const at = join(folder, `refused-${name}`);
    const saved = createPolicy(smallConfig, 1, { tf });
    await saved.save(at);
    saved.dispose();
    const before = tf.memory().numTensors;
    const refused = [
      [{ learner: { learningRate: -1 } }, 'learningRate: '],
      [{ learner: { maxSkippedSteps: 0 } }, 'maxSkippedSteps'],
      [{ sampler: { rows: 0 } }, 'rows: '],
    ] as const;
    for (const [options, message] of refused) {
      expect(() => createPolicy(smallConfig, 1, { tf, ...options })).toThrow(message);
      await expect(loadPolicy(at, { tf, ...options, resume: true })).rejects.toThrow(message);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  on('dispose frees every tensor', async () => {
    await backendOrNull(name);
    const before = tf.memory().numTensors;
    const policy = createPolicy(smallConfig, 1, { tf });
    await action(policy);
    await policy.update(batch, supervised());
    await policy.score(batch);
    policy.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a broken checkpoint is named: file, tensor, shapes', async () => {
  const tf = (await backendOrNull('cpu'))?.tf as TensorFlow;
  const at = join(folder, 'broken');
  const policy = createPolicy(smallConfig, 1, { tf });
  await policy.save(at);
  policy.dispose();
  const path = join(at, 'model.safetensors');
  const configPath = join(at, 'config.json');
  const json = JSON.parse(await readFile(configPath, 'utf8'));
  await writeFile(configPath, JSON.stringify({ ...json, intermediate_size: 20 }));
  await expect(loadPolicy(at, { tf })).rejects.toThrow(
    `${path}: model.layers.0.mlp.gate_proj.weight: the shape [20,16], got [24,16]`,
  );
  await writeFile(configPath, JSON.stringify({ ...json, num_hidden_layers: 3 }));
  await expect(loadPolicy(at, { tf })).rejects.toThrow(
    `${path}: the tensor model.layers.2.input_layernorm.weight of shape [16] is missing`,
  );
  await writeFile(configPath, JSON.stringify(json));
  await truncate(path, 5000);
  await expect(loadPolicy(at, { tf })).rejects.toThrow(`${path}: truncated`);
});
