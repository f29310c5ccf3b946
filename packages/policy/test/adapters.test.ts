import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TensorFlow } from '@turnwise/accelerator';
import { clippedSurrogate, supervised } from '@turnwise/gtpo';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPolicy, createPolicy, loadPolicy } from '../src/policy.js';
import { backendOrNull } from './backends.js';
import { raggedBatch, smallConfig } from './small-model.js';

const lora = { rank: 2, alpha: 8, targets: ['q_proj', 'down_proj'] };
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'adapters-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A model on disk, with what belongs to it. */
async function writeModel(tf: TensorFlow, name: string): Promise<string> {
  const folder = join(root, name);
  const policy = createPolicy(smallConfig, 3, { tf });
  await policy.save(folder, { optimizer: false });
  policy.dispose();
  await writeFile(join(folder, 'tokenizer.json'), '{"of":"the model"}');
  return folder;
}

describe.each(['cpu', 'native'] as const)('on %s', async (name) => {
  const backend = await backendOrNull(name);
  const tf = backend?.tf as TensorFlow;
  const on = test.skipIf(backend === null);
  const batch = raggedBatch([12, 9, 14]);
  const learner = { learningRate: 0.02, weightDecay: 0.1 };

  on('new adapters change nothing; training them moves them alone; saved they are a PEFT adapter', async () => {
    await backendOrNull(name);
    const model = await writeModel(tf, `model-${name}`);
    const before = await readFile(join(model, 'model.safetensors'));
    const plain = await loadPolicy(model, { tf });
    const policy = await loadPolicy(model, { tf, lora, learner });
    expect(await policy.score(batch)).toEqual(await plain.score(batch));
    await policy.update(batch, supervised());
    const scores = await policy.score(batch);
    expect(scores).not.toEqual(await plain.score(batch));
    const saved = join(root, `adapter-${name}`);
    await policy.save(saved);
    expect((await readdir(saved)).sort()).toEqual([
      'adapter_config.json',
      'adapter_model.safetensors',
      'optimizer.safetensors',
      'tokenizer.json',
    ]);
    expect(await readFile(join(model, 'model.safetensors'))).toEqual(before);
    expect(JSON.parse(await readFile(join(saved, 'adapter_config.json'), 'utf8'))).toMatchObject({
      peft_type: 'LORA',
      base_model_name_or_path: model,
      r: 2,
      lora_alpha: 8,
      target_modules: ['q_proj', 'down_proj'],
      lora_dropout: 0,
    });
    const loaded = await loadPolicy(saved, { tf });
    expect(loaded.config.lora).toEqual({ ...lora, targets: ['down_proj', 'q_proj'] });
    expect(await loaded.score(batch)).toEqual(scores);
    for (const one of [plain, policy, loaded]) one.dispose();
  });

  on('merged they are weights of the model: the same policy without adapters', async () => {
    await backendOrNull(name);
    const model = await writeModel(tf, `mergeable-${name}`);
    const policy = await loadPolicy(model, { tf, lora, learner });
    for (let i = 0; i < 3; i++) await policy.update(batch, supervised());
    const merged = join(root, `merged-${name}`);
    await policy.save(merged, { merged: true });
    expect((await readdir(merged)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    const plain = await loadPolicy(merged, { tf });
    expect(plain.config.lora).toBeUndefined();
    const [own, expected] = [await plain.score(batch), await policy.score(batch)];
    own.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-5);
    });
    plain.dispose();
    policy.dispose();
  });

  on('a folder that is saved into again holds the latest policy alone', async () => {
    await backendOrNull(name);
    const model = await writeModel(tf, `twice-model-${name}`);
    const policy = await loadPolicy(model, { tf, lora, learner });
    await policy.update(batch, supervised());
    const expected = await policy.score(batch);
    const twice = join(root, `twice-${name}`);
    await policy.save(twice);
    await policy.save(twice, { merged: true });
    expect((await readdir(twice)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    const whole = await loadPolicy(twice, { tf });
    expect(whole.config.lora).toBeUndefined();
    // Were the old adapter still there, it would be added once more: the first step moves these scores by more than 0.01.
    (await whole.score(batch)).forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(2e-5);
    });
    const before = await readFile(join(twice, 'model.safetensors'));
    await expect(policy.save(twice)).rejects.toThrow(
      `save: an adapter goes beside its own model or into a folder without one, got ${join(twice, 'config.json')}`,
    );
    expect((await readdir(twice)).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
    expect(await readFile(join(twice, 'model.safetensors'))).toEqual(before);
    // The state of an optimizer goes with the weights that it belonged to.
    await whole.save(twice);
    expect(await readdir(twice)).toContain('optimizer.safetensors');
    await whole.save(twice, { optimizer: false });
    expect(await readdir(twice)).not.toContain('optimizer.safetensors');
    // Beside its own model an adapter is at home.
    await policy.save(model, { optimizer: false });
    const beside = await loadPolicy(model, { tf });
    expect(await beside.score(batch)).toEqual(expected);
    for (const one of [policy, whole, beside]) one.dispose();
  });

  on('a resumed adapter goes on bit by bit as if it had never stopped', async () => {
    await backendOrNull(name);
    const model = await writeModel(tf, `resumed-${name}`);
    const policy = await loadPolicy(model, { tf, lora, learner });
    for (let i = 0; i < 2; i++) await policy.update(batch, clippedSurrogate());
    const saved = join(root, `checkpoint-${name}`);
    await policy.save(saved);
    const resumed = await loadPolicy(saved, { tf, learner, resume: true });
    expect(resumed.version).toBe(2);
    for (let i = 0; i < 2; i++) {
      expect(await resumed.update(batch, clippedSurrogate())).toEqual(await policy.update(batch, clippedSurrogate()));
    }
    expect(await resumed.score(batch)).toEqual(await policy.score(batch));
    resumed.dispose();
    policy.dispose();
  });

  on('dispose frees every tensor', async () => {
    await backendOrNull(name);
    const model = await writeModel(tf, `freed-${name}`);
    const before = tf.memory().numTensors;
    const policy = await loadPolicy(model, { tf, lora });
    await policy.update(batch, supervised());
    await policy.score(batch);
    await policy.save(join(root, `freed-saved-${name}`), { merged: true });
    policy.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what cannot be done is named', () => {
  let tf: TensorFlow;
  let model: string;
  let adapter: string;
  beforeAll(async () => {
    tf = (await backendOrNull('cpu'))?.tf as TensorFlow;
    model = await writeModel(tf, 'base');
    adapter = join(root, 'adapter');
    const policy = await loadPolicy(model, { tf, lora });
    await policy.save(adapter, { optimizer: false });
    policy.dispose();
  });

  async function changed(name: string, change: object): Promise<string> {
    const folder = join(root, name);
    await cp(adapter, folder, { recursive: true });
    const path = join(folder, 'adapter_config.json');
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
    return folder;
  }

  test.each([
    ['type', { peft_type: 'IA3' }, 'peft_type: "LORA", got "IA3"'],
    ['weights taken out of the model', { init_lora_weights: 'pissa_niter_4' }, 'convert it to a plain adapter in PEFT'],
    [
      'loftq',
      { init_lora_weights: 'loftq' },
      'init_lora_weights: true, false, "gaussian", "eva", "orthogonal", got "loftq"',
    ],
    ['dora', { use_dora: true }, 'use_dora: false, which is what is done here, got true'],
    ['bias', { bias: 'all' }, 'bias: "none", which is what is done here, got "all"'],
    ['modules', { modules_to_save: ['lm_head'] }, 'modules_to_save: null, which is what is done here, got ["lm_head"]'],
    ['ranks', { rank_pattern: { q_proj: 4 } }, 'rank_pattern: null, which is what is done here, got {"q_proj":4}'],
    ['rank', { r: 0 }, 'r: a positive integer, got 0'],
    ['embedding', { target_modules: ['embed_tokens'] }, 'lora.targets: matrices of the layers'],
    ['nothing', { target_modules: ['c_attn'] }, 'lora.targets: modules of the model'],
    ['another rank', { r: 3 }, 'lora_A.weight: the shape [3,16], got [2,16]'],
    ['fewer targets', { target_modules: ['q_proj'] }, 'lora_A.weight: a weight that the config does not ask for'],
  ])('an adapter with another %s', async (name, change, message) => {
    await expect(checkPolicy(await changed(`changed ${name}`, change))).rejects.toThrow(message);
  });

  test('an adapter whose model is not there: which folder, and the way out', async () => {
    const folder = await changed('lost', { base_model_name_or_path: 'org/model' });
    await expect(checkPolicy(folder)).rejects.toThrow(
      `${join(folder, 'org', 'model', 'config.json')}: is missing; ${folder} is an adapter: give the folder of its model as the option base`,
    );
    expect((await checkPolicy(folder, { base: model })).hiddenSize).toBe(16);
    const nameless = await changed('nameless', { base_model_name_or_path: null });
    await expect(checkPolicy(nameless)).rejects.toThrow('names no model');
  });

  test('adapters on adapters, and an adapter of a model that is on no disk', async () => {
    await expect(loadPolicy(adapter, { tf, lora })).rejects.toThrow(`but ${adapter} holds one`);
    const policy = createPolicy({ ...smallConfig, lora }, 1, { tf });
    const folder = join(root, 'nowhere');
    await mkdir(folder);
    await expect(policy.save(folder)).rejects.toThrow('save: an adapter needs a model on disk');
    await policy.save(folder, { merged: true });
    expect((await checkPolicy(folder)).lora).toBeUndefined();
    policy.dispose();
  });
});
