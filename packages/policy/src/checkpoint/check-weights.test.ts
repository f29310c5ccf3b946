import { expect, test } from 'vitest';
import { checkWeights } from './check-weights.js';
import type { WeightEntry, WeightFiles } from './weight-files.js';

function files(...entries: readonly [string, number[], string?, number?][]): WeightFiles {
  const made = entries.map(([name, shape, dtype = 'F32', bytes = shape.reduce((a, b) => a * b, 4)]) => {
    const file = { path: 'part.safetensors' } as WeightEntry['file'];
    return [name, { name, file, dtype, shape, begin: 8, end: 8 + bytes }] as const;
  });
  return { path: 'index', entries: new Map(made), close: async () => {} };
}

const wanted = new Map([['a', [2, 3]]]);

test('what fits is accepted, derived and tied tensors beside it too', () => {
  expect(() => checkWeights(files(['a', [2, 3]]), wanted)).not.toThrow();
  expect(() => checkWeights(files(['a', [2, 3], 'BF16', 12]), wanted)).not.toThrow();
  const inverse = 'model.layers.0.self_attn.rotary_emb.inv_freq';
  expect(() => checkWeights(files(['a', [2, 3]], [inverse, [8]]), wanted)).not.toThrow();
  expect(() => checkWeights(files(['a', [2, 3]], ['tied', [8]]), wanted, new Set(['tied']))).not.toThrow();
});

test.each([
  ['missing', files(), 'index: the tensor a of shape [2,3] is missing'],
  ['misshapen', files(['a', [3, 2]]), 'part.safetensors: a: the shape [2,3], got [3,2]'],
  ['another type', files(['a', [2, 3], 'F64', 48]), 'part.safetensors: a: data type F32, F16 or BF16, got F64'],
  ['another size', files(['a', [2, 3], 'F16', 24]), 'part.safetensors: a: 12 bytes for the shape [2,3], got 24'],
  [
    'more than the config asks for',
    files(['a', [2, 3]], ['model.layers.0.self_attn.q_proj.bias', [4]]),
    'index: model.layers.0.self_attn.q_proj.bias: a weight that the config does not ask for, of shape [4]',
  ],
])('%s is named', (_, given, message) => {
  expect(() => checkWeights(given, wanted)).toThrow(message);
});
