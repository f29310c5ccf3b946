import { expect, test } from 'vitest';
import { readModelConfig, writeModelConfig } from './model-config.js';

const json = {
  model_type: 'llama',
  vocab_size: 384,
  hidden_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 176,
  rms_norm_eps: 1e-5,
  rope_theta: 50_000,
  tie_word_embeddings: true,
  max_position_embeddings: 256,
};

test('reads the fields of Hugging Face', () => {
  expect(readModelConfig(json)).toEqual({
    vocabularySize: 384,
    hiddenSize: 64,
    layers: 2,
    heads: 4,
    keyValueHeads: 2,
    headSize: 16,
    intermediateSize: 176,
    normEpsilon: 1e-5,
    ropeTheta: 50_000,
    tiedEmbeddings: true,
    contextLength: 256,
  });
});

test('one key-value head per head, untied, theta 10000 when nothing else is said', () => {
  const { num_key_value_heads: _, rope_theta: __, tie_word_embeddings: ___, ...rest } = json;
  expect(readModelConfig(rest)).toMatchObject({ keyValueHeads: 4, ropeTheta: 10_000, tiedEmbeddings: false });
});

test('reads the rotary base from rope_parameters', () => {
  const { rope_theta: _, ...rest } = json;
  const rope = { rope_type: 'default', rope_theta: 77 };
  expect(readModelConfig({ ...rest, rope_parameters: rope }).ropeTheta).toBe(77);
});

test('reads what it writes', () => {
  const config = readModelConfig(json);
  expect(readModelConfig(JSON.parse(JSON.stringify(writeModelConfig(config))))).toEqual(config);
});

test.each([
  [{ vocab_size: undefined }, 'vocab_size: a positive integer, got undefined'],
  [{ hidden_size: 64.5 }, 'hidden_size: a positive integer, got 64.5'],
  [{ num_key_value_heads: 3 }, 'num_key_value_heads: a divisor of num_attention_heads (4), got 3'],
  [{ head_dim: 15 }, 'head_dim: an even number, got 15'],
  [{ rms_norm_eps: 0 }, 'rms_norm_eps: a positive number, got 0'],
  [{ attention_bias: true }, 'attention_bias: false, which is what this model does, got true'],
  [{ model_type: 'gpt2' }, 'model_type: "llama", which is what this model does, got "gpt2"'],
  [{ rope_parameters: { rope_type: 'yarn' } }, 'rope_parameters.rope_type: "default", got "yarn"'],
])('refuses %j', (change, message) => {
  expect(() => readModelConfig({ ...json, ...change })).toThrow(new RangeError(message));
});

test('refuses what is no object', () => {
  expect(() => readModelConfig([])).toThrow('config.json: an object, got []');
});
