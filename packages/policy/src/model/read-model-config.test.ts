import { expect, test } from 'vitest';
import { readModelConfig } from './read-model-config.js';
import { writeModelConfig } from './write-model-config.js';

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

const yarn = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64, rope_theta: 500 };
const llama3 = { factor: 8, low_freq_factor: 1, high_freq_factor: 4, original_max_position_embeddings: 64 };

test.each([
  ['new', { rope_parameters: yarn }],
  ['old', { rope_theta: 500, rope_scaling: { ...yarn, rope_theta: undefined, rope_type: undefined, type: 'yarn' } }],
  [
    'with the original context outside',
    { rope_parameters: { ...yarn, original_max_position_embeddings: 7 }, original_max_position_embeddings: 64 },
  ],
])('rope in the %s spelling', (_, change) => {
  const { rope_theta: __, ...rest } = json;
  expect(readModelConfig({ ...rest, ...change })).toMatchObject({
    ropeTheta: 500,
    ropeScaling: {
      kind: 'yarn',
      factor: 4,
      originalContextLength: 64,
      attentionFactor: 0.1 * Math.log(4) + 1,
      betaFast: 32,
      betaSlow: 1,
      truncate: true,
    },
  });
});

test('the attention factor of yarn: given, or the quotient of two scales', () => {
  const of = (change: object) => readModelConfig({ ...json, rope_parameters: { ...yarn, ...change } }).ropeScaling;
  expect(of({ attention_factor: 1.25 })).toMatchObject({ attentionFactor: 1.25 });
  // (0.1 * 0.7 ln 4 + 1) / (0.1 * 0.4 ln 4 + 1)
  const quotient = (0.07 * Math.log(4) + 1) / (0.04 * Math.log(4) + 1);
  expect(of({ mscale: 0.7, mscale_all_dim: 0.4 })).toMatchObject({ attentionFactor: quotient });
});

test.each([
  [{ model_type: 'qwen2' }, { attentionBias: 'inputs' }],
  [
    { model_type: 'qwen3', head_dim: 32 },
    { queryKeyNorm: true, headSize: 32 },
  ],
  [
    { model_type: 'qwen3', attention_bias: true },
    { queryKeyNorm: true, attentionBias: 'all', headSize: 128 },
  ],
  [
    { attention_bias: true, mlp_bias: true },
    { attentionBias: 'all', mlpBias: true },
  ],
  [{ model_type: 'mistral', sliding_window: null }, { headSize: 16 }],
  [{ rope_scaling: { type: 'linear', factor: 2 } }, { ropeScaling: { kind: 'linear', factor: 2 } }],
  [
    { rope_scaling: { rope_type: 'llama3', ...llama3 } },
    {
      ropeScaling: {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalContextLength: 64,
      },
    },
  ],
])('reads %j, and what it writes of it', (change, expected) => {
  const config = readModelConfig({ ...json, ...change });
  expect(config).toMatchObject(expected);
  expect(readModelConfig(JSON.parse(JSON.stringify(writeModelConfig(config))))).toEqual(config);
});

test('a config that was read from a file keeps its other fields; weights are written as float32', () => {
  const source = { ...json, eos_token_id: [7, 8], torch_dtype: 'bfloat16' };
  expect(writeModelConfig(readModelConfig(source), source)).toEqual({ ...source, torch_dtype: 'float32' });
  expect(writeModelConfig(readModelConfig(json), { ...json, dtype: 'float16' })).toMatchObject({ dtype: 'float32' });
});

test.each([
  ['as wide as the context', { model_type: 'mistral', sliding_window: 256 }],
  ['not in use', { model_type: 'qwen2', use_sliding_window: false, sliding_window: 32 }],
  [
    'on layers that there are not',
    { model_type: 'qwen3', use_sliding_window: true, sliding_window: 32, max_window_layers: 2 },
  ],
  [
    'on no layer',
    {
      model_type: 'qwen2',
      use_sliding_window: true,
      sliding_window: 32,
      layer_types: ['full_attention', 'full_attention'],
    },
  ],
])('a sliding window %s is none', (_, change) => {
  expect(() => readModelConfig({ ...json, ...change })).not.toThrow();
});

const window = 'sliding_window: null or at least max_position_embeddings';
test.each([
  [{ vocab_size: undefined }, 'vocab_size: a positive integer, got undefined'],
  [{ hidden_size: 64.5 }, 'hidden_size: a positive integer, got 64.5'],
  [{ num_key_value_heads: 3 }, 'num_key_value_heads: a divisor of num_attention_heads (4), got 3'],
  [{ head_dim: 15 }, 'head_dim: an even number, got 15'],
  [{ rms_norm_eps: 0 }, 'rms_norm_eps: a positive number, got 0'],
  [{ tie_word_embeddings: 'yes' }, 'tie_word_embeddings: true or false, got "yes"'],
  [{ attention_bias: 1 }, 'attention_bias: true or false, got 1'],
  [
    { model_type: 'mistral', sliding_window: null, attention_bias: true },
    'attention_bias: false for mistral, which has none, got true',
  ],
  [{ model_type: 'qwen3', mlp_bias: true }, 'mlp_bias: false for qwen3, which has none, got true'],
  [{ model_type: 'gpt2' }, 'model_type: one of llama, qwen2, qwen3, mistral, got "gpt2"'],
  [{ model_type: 'mixtral' }, 'model_type: one of llama, qwen2, qwen3, mistral, got "mixtral"'],
  [{ num_local_experts: 8 }, 'num_local_experts: a dense model, which is what this model does, got 8'],
  [{ num_experts: 60 }, 'num_experts: a dense model, which is what this model does, got 60'],
  [{ hidden_act: 'gelu' }, 'hidden_act: "silu" or "swish", which is what this model does, got "gelu"'],
  [{ quantization_config: { bits: 4 } }, 'quantization_config: null, which is what this model does, got {"bits":4}'],
  [{ attention_dropout: 0.1 }, 'attention_dropout: 0, which is what this model does, got 0.1'],
  [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor: null or 1, which is what this model does, got 0.5'],
  [
    { rope_scaling: { type: 'dynamic', factor: 2 } },
    'rope_scaling.rope_type: one of default, linear, llama3, yarn, got "dynamic"',
  ],
  [
    { rope_parameters: { rope_type: 'longrope' } },
    'rope_parameters.rope_type: one of default, linear, llama3, yarn, got "longrope"',
  ],
  [{ rope_parameters: { rope_type: 'default', mrope_section: [1] } }, 'rope_parameters.mrope_section: unknown'],
  [{ rope_parameters: { rope_type: 'linear' } }, 'factor: a positive number, got undefined'],
  [
    { rope_scaling: { rope_type: 'llama3', ...llama3, high_freq_factor: 1 } },
    'rope_scaling.high_freq_factor: above low_freq_factor (1), got 1',
  ],
  [{ model_type: 'mistral', sliding_window: 128 }, `${window} (256), got 128`],
  [{ model_type: 'mistral', max_position_embeddings: 8192 }, `${window} (8192), got 4096`],
  [{ sliding_window: 16 }, `${window} (256), got 16`],
  [
    { model_type: 'qwen2', use_sliding_window: true, sliding_window: 32, max_window_layers: 1 },
    `${window} (256), got 32`,
  ],
  [
    { layer_types: ['full_attention', 'sliding_attention'] },
    'layer_types: "full_attention" for every layer, got "sliding_attention"',
  ],
])('refuses %j', (change, message) => {
  expect(() => readModelConfig({ ...json, ...change })).toThrow(message);
});

test('refuses what is no object', () => {
  expect(() => readModelConfig([])).toThrow('config.json: an object, got []');
});

test('refuses to write a model that no class of transformers describes', () => {
  const config = readModelConfig(json);
  expect(() => writeModelConfig({ ...config, queryKeyNorm: true, attentionBias: 'inputs' })).toThrow(
    'attentionBias: "all" or absent with queryKeyNorm, as Qwen3 has it, got "inputs"',
  );
  expect(() => writeModelConfig({ ...config, queryKeyNorm: true, mlpBias: true })).toThrow('mlpBias: not together');
});
