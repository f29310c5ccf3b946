import { expect, test } from 'vitest';
import { smallConfig } from '../../test/small-model.js';
import { weightShapes } from './weight-shapes.js';

test('names and shapes of a grouped-query model, as in a checkpoint', () => {
  const shapes = weightShapes(smallConfig);
  expect(shapes.get('model.embed_tokens.weight')).toEqual([32, 16]);
  expect(shapes.get('model.layers.1.self_attn.q_proj.weight')).toEqual([16, 16]);
  expect(shapes.get('model.layers.1.self_attn.k_proj.weight')).toEqual([8, 16]);
  expect(shapes.get('model.layers.0.mlp.down_proj.weight')).toEqual([16, 24]);
  expect(shapes.get('model.layers.0.post_attention_layernorm.weight')).toEqual([16]);
  expect(shapes.get('lm_head.weight')).toEqual([32, 16]);
  expect(shapes.size).toBe(1 + 2 * 9 + 2);
});

test('tied embeddings have no output matrix', () => {
  expect(weightShapes({ ...smallConfig, tiedEmbeddings: true }).has('lm_head.weight')).toBe(false);
});
