import { expect, test } from 'vitest';
import { smallConfig } from '../../test/small-model.js';
import { initialWeights } from './initial-weights.js';
import { weightShapes } from './weight-shapes.js';

const deviation = (values: Float32Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

test('norms are 1, deviations those of the rule', () => {
  const config = { ...smallConfig, hiddenSize: 64, headSize: 16, intermediateSize: 128, layers: 2 };
  const weights = initialWeights(config, 5);
  const of = (name: string) => deviation(weights.get(name) as Float32Array);
  expect(weights.get('model.norm.weight')).toEqual(new Float32Array(64).fill(1));
  expect(of('model.embed_tokens.weight') / 0.02).toBeCloseTo(1, 1);
  expect(of('model.layers.0.mlp.up_proj.weight') * Math.sqrt(64)).toBeCloseTo(1, 1);
  expect(of('model.layers.0.mlp.down_proj.weight') * Math.sqrt(128 * 4)).toBeCloseTo(1, 1);
});

test('every weight has its size; the seed decides', () => {
  const weights = initialWeights(smallConfig, 1);
  for (const [name, shape] of weightShapes(smallConfig)) {
    expect(weights.get(name)?.length).toBe(shape.reduce((product, size) => product * size, 1));
  }
  expect(initialWeights(smallConfig, 1)).toEqual(weights);
  expect(initialWeights(smallConfig, 2)).not.toEqual(weights);
});

test('a seed that is none is refused', () => {
  expect(() => initialWeights(smallConfig, -1)).toThrow('seed: an integer in [0, 2^32), got -1');
});
