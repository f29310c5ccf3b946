import type { Fields } from './config-fields.js';
import type { ModelConfig, RopeScaling } from './model-config.js';

/**
 * The `config.json` of a model, as `transformers` 4 and 5 read it: of `LlamaForCausalLM`, or of the Qwen family where
 * the model has what only that one knows. With the fields of the file that the model was read from these are kept, so
 * that what this package does not use, such as the ids of special tokens, is not lost; the data type is float32.
 *
 * Throws a `RangeError` for a model that no class of `transformers` describes.
 */
export function writeModelConfig(config: ModelConfig, source?: Fields): Record<string, unknown> {
  if (source !== undefined) return { ...source, ...dataTypes(source) };
  const { type, architecture } = classOf(config);
  return {
    architectures: [architecture],
    model_type: type,
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headSize,
    intermediate_size: config.intermediateSize,
    hidden_act: 'silu',
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeTheta,
    ...(config.ropeScaling === undefined ? {} : { rope_scaling: writeScaling(config.ropeScaling) }),
    tie_word_embeddings: config.tiedEmbeddings,
    max_position_embeddings: config.contextLength,
    attention_bias: config.attentionBias === 'all',
    mlp_bias: config.mlpBias === true,
    torch_dtype: 'float32',
  };
}

function classOf({ attentionBias, mlpBias, queryKeyNorm }: ModelConfig): { type: string; architecture: string } {
  if (mlpBias && (queryKeyNorm || attentionBias === 'inputs')) {
    throw new RangeError('mlpBias: not together with queryKeyNorm or attentionBias "inputs", which no model has');
  }
  if (queryKeyNorm) {
    if (attentionBias === 'inputs') {
      throw new RangeError('attentionBias: "all" or absent with queryKeyNorm, as Qwen3 has it, got "inputs"');
    }
    return { type: 'qwen3', architecture: 'Qwen3ForCausalLM' };
  }
  return attentionBias === 'inputs'
    ? { type: 'qwen2', architecture: 'Qwen2ForCausalLM' }
    : { type: 'llama', architecture: 'LlamaForCausalLM' };
}

/** Weights are written as float32, whichever way the field is spelled. */
function dataTypes(source: Fields): Fields {
  const names = ['dtype', 'torch_dtype'].filter((name) => source[name] !== undefined);
  return Object.fromEntries((names.length === 0 ? ['torch_dtype'] : names).map((name) => [name, 'float32']));
}

function writeScaling(scaling: RopeScaling): Fields {
  switch (scaling.kind) {
    case 'linear':
      return { rope_type: 'linear', factor: scaling.factor };
    case 'llama3':
      return {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFrequencyFactor,
        high_freq_factor: scaling.highFrequencyFactor,
        original_max_position_embeddings: scaling.originalContextLength,
      };
    case 'yarn':
      return {
        rope_type: 'yarn',
        factor: scaling.factor,
        original_max_position_embeddings: scaling.originalContextLength,
        attention_factor: scaling.attentionFactor,
        beta_fast: scaling.betaFast,
        beta_slow: scaling.betaSlow,
        truncate: scaling.truncate,
      };
    default:
      return scaling satisfies never;
  }
}
