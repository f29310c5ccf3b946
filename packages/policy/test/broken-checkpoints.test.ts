import { createHash } from 'node:crypto';
import { cp, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TensorFlow } from '@turnwise/accelerator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPolicy, loadPolicy } from '../src/policy.js';
import { backendOrNull } from './backends.js';

const GOLDEN = fileURLToPath(new URL('./golden/hf', import.meta.url));
const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
let root: string;
let tf: TensorFlow;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'broken-'));
  tf = (await backendOrNull('cpu'))?.tf as TensorFlow;
});
afterAll(() => rm(root, { recursive: true }));

async function digests(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  const hash = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  return Promise.all(names.map(async (name) => `${name} ${await hash(name)}`));
}

async function editJson(path: string, change: (json: Record<string, unknown>) => object): Promise<void> {
  await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')))));
}

/** Overwrites the header of a safetensors file with another of the same length. */
async function editHeader(path: string, change: (text: string) => string): Promise<void> {
  const bytes = await readFile(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const text = change(bytes.toString('utf8', 8, 8 + length)).padEnd(length);
  expect(text.length).toBe(length);
  const file = await open(path, 'r+');
  await file.write(text, 8);
  await file.close();
}

type Break = (folder: string) => Promise<unknown>;
const attacks: readonly (readonly [string, string, Break, string])[] = [
  ['truncated', 'llama-gqa', (at) => truncate(join(at, WHOLE), 100_000), 'model.safetensors: truncated'],
  ['emptied', 'llama-gqa', (at) => truncate(join(at, WHOLE), 0), 'truncated, a header of 8 bytes was expected, got 0'],
  [
    'a header that claims 10 GB',
    'llama-gqa',
    async (at) => {
      const file = await open(join(at, WHOLE), 'r+');
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(10_000_000_000n);
      await file.write(length, 0, 8, 0);
      await file.close();
    },
    'a header of at most 100000000 bytes was expected, got one of 10000000000',
  ],
  ['noise', 'llama-gqa', (at) => writeFile(join(at, WHOLE), Buffer.alloc(4000, 7)), 'not a safetensors file'],
  [
    'offsets beyond the end',
    'llama-gqa',
    (at) =>
      editHeader(join(at, WHOLE), (text) =>
        text.replace('[0,98304]', '[0,98304000]').replace('"format":"pt"', '"f":""'),
      ),
    'truncated, lm_head.weight ends at byte 98304000',
  ],
  [
    'integers',
    'llama-gqa',
    (at) => editHeader(join(at, WHOLE), (text) => text.replace('"F32"', '"I32"')),
    'lm_head.weight: data type F32, F16 or BF16, got I32',
  ],
  [
    'half the bytes',
    'llama-gqa',
    (at) => editHeader(join(at, WHOLE), (text) => text.replace('"F32"', '"F16"')),
    'lm_head.weight: 49152 bytes for the shape [384,64], got 98304',
  ],
  [
    'a config of another shape',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, hidden_size: 128 })),
    'model.embed_tokens.weight: the shape [384,128], got [384,64]',
  ],
  [
    'a config with more layers',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, num_hidden_layers: 3 })),
    'the tensor model.layers.2.input_layernorm.weight of shape [64] is missing',
  ],
  [
    'a config with a billion layers',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, num_hidden_layers: 1e9 })),
    'num_hidden_layers: a positive integer of at most 10000, got 1000000000',
  ],
  [
    'a config that ties what differs',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, tie_word_embeddings: true })),
    'tie_word_embeddings: true, but lm_head.weight differs from model.embed_tokens.weight',
  ],
  [
    'a config with fewer layers',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, num_hidden_layers: 1 })),
    'model.layers.1.input_layernorm.weight: a weight that the config does not ask for',
  ],
  [
    'a config of a family without the biases',
    'qwen2-tied',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, model_type: 'llama' })),
    'self_attn.k_proj.bias: a weight that the config does not ask for',
  ],
  [
    'a config of a family without the norms',
    'qwen3-headdim',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, model_type: 'llama' })),
    'self_attn.k_norm.weight: a weight that the config does not ask for',
  ],
  ['no config', 'llama-gqa', (at) => rm(join(at, 'config.json')), 'config.json: is missing'],
  [
    'a config that is no JSON',
    'llama-gqa',
    (at) => writeFile(join(at, 'config.json'), '{"a":'),
    'config.json: no JSON',
  ],
  [
    'quantized weights',
    'llama-gqa',
    (at) => editJson(join(at, 'config.json'), (json) => ({ ...json, quantization_config: { quant_method: 'gptq' } })),
    'config.json: quantization_config: null',
  ],
  ['no weights', 'llama-gqa', (at) => rm(join(at, WHOLE)), 'pytorch_model.bin, GGUF) are not read'],
  [
    'a shard that is missing',
    'qwen2-yarn-bf16-sharded',
    (at) => rm(join(at, 'model-00002-of-00003.safetensors')),
    'names model-00002-of-00003.safetensors, which is missing',
  ],
  [
    'an index that leads out of the folder',
    'qwen2-yarn-bf16-sharded',
    async (at) => {
      // A file that is there and is whole: only its place is wrong.
      await cp(join(GOLDEN, 'llama-gqa', WHOLE), join(at, '..', 'outside.safetensors'));
      await editJson(join(at, INDEX), () => ({ weight_map: { 'lm_head.weight': '../outside.safetensors' } }));
    },
    'weight_map["lm_head.weight"]: the name of a safetensors file, got "../outside.safetensors"',
  ],
  [
    'an index that names a file by its whole path',
    'qwen2-yarn-bf16-sharded',
    (at) => editJson(join(at, INDEX), () => ({ weight_map: { 'lm_head.weight': join(GOLDEN, 'llama-gqa', WHOLE) } })),
    'weight_map["lm_head.weight"]: the name of a safetensors file, got "',
  ],
  [
    'an index at odds with its files',
    'qwen2-yarn-bf16-sharded',
    (at) =>
      editJson(join(at, INDEX), ({ weight_map }) => ({
        weight_map: { ...(weight_map as object), 'model.norm.weight': 'model-00001-of-00003.safetensors' },
      })),
    'model.norm.weight is said to be in model-00001-of-00003.safetensors, which lacks it',
  ],
  [
    'an index without a map',
    'qwen2-yarn-bf16-sharded',
    (at) => writeFile(join(at, INDEX), '{}'),
    'weight_map: an object',
  ],
  [
    'an adapter without its weights',
    'llama-lora',
    (at) => rm(join(at, 'adapter_model.safetensors')),
    'adapter_model.safetensors: is missing',
  ],
  [
    'a truncated adapter',
    'llama-lora',
    (at) => truncate(join(at, 'adapter_model.safetensors'), 2000),
    'adapter_model.safetensors: truncated',
  ],
];

describe('a broken checkpoint is named, leaves no tensors, and is not touched', () => {
  test.each(attacks)('%s', async (name, from, attack, message) => {
    const folder = join(root, name);
    await cp(join(GOLDEN, from), folder, { recursive: true });
    await attack(folder);
    const [before, tensors] = [await digests(folder), tf.memory().numTensors];
    await expect(checkPolicy(folder)).rejects.toThrow(message);
    await expect(loadPolicy(folder, { tf })).rejects.toThrow(message);
    await expect(loadPolicy(folder, { tf })).rejects.toThrow(folder);
    expect(await digests(folder)).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});
