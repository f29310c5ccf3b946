import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EMBEDDING, OUTPUT } from '../model/weight-shapes.js';
import { checkTied } from './check-tied.js';
import { encodeSafetensors } from './encode-safetensors.js';
import { openWeightFiles } from './weight-files.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tied-'));
});
afterAll(() => rm(root, { recursive: true }));

// More than one piece of 2 ** 22 numbers.
const shape = [3, 1_500_000];
const embedding = Float32Array.from({ length: 4_500_000 }, (_, i) => i % 1000);

async function check(output: Float32Array | null, outputShape: readonly number[] = shape): Promise<void> {
  const tensors = new Map([
    [EMBEDDING, { shape, values: embedding }],
    ...(output === null ? [] : ([[OUTPUT, { shape: outputShape, values: output }]] as const)),
  ]);
  await writeFile(join(root, 'model.safetensors'), [...encodeSafetensors(tensors)]);
  const files = await openWeightFiles(root);
  try {
    await checkTied(files);
  } finally {
    await files.close();
  }
}

test('an output matrix that is the embedding once more is accepted, and none', async () => {
  await check(embedding);
  await check(null);
});

test('one number that differs, in the last piece, is named', async () => {
  const other = embedding.slice();
  other[4_400_001] = 7.5;
  await expect(check(other)).rejects.toThrow(
    `${join(root, 'model.safetensors')}: tie_word_embeddings: true, but lm_head.weight differs from ` +
      'model.embed_tokens.weight: 1 at element 4400001, got 7.5; set it to false in config.json',
  );
});

test('another shape is named', async () => {
  await expect(check(embedding, [1_500_000, 3])).rejects.toThrow('[3,1500000], got [1500000,3]');
});
