import { type Fields, objectOf, positiveInteger, positiveIntegerUpTo, positiveNumber, truth } from './config-fields.js';
import type { ModelConfig } from './model-config.js';
import { readRope } from './read-rope.js';
import { type ModelType, refuseUnsupported } from './refuse-unsupported.js';

/** What `transformers` takes for Qwen3 when its config says nothing. */
const QWEN3_HEAD_SIZE = 128;

/** Far beyond any model: the names of its weights are listed before a file is looked at. */
const MOST_LAYERS = 10_000;

/**
 * Reads the parsed `config.json` of a Llama, Qwen2, Qwen3 or Mistral model in the Hugging Face layout.
 *
 * Throws a `RangeError` that names the field for a missing or wrong value, and for what this model does not do: experts,
 * sliding windows in use, quantized weights, dropout, other activations, other rotary embeddings.
 */
export function readModelConfig(json: unknown): ModelConfig {
  const fields = objectOf(json, 'config.json');
  const type = refuseUnsupported(fields);
  const heads = positiveInteger(fields, 'num_attention_heads');
  const hiddenSize = positiveInteger(fields, 'hidden_size');
  const keyValueHeads = positiveInteger(fields, 'num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0) {
    throw new RangeError(`num_key_value_heads: a divisor of num_attention_heads (${heads}), got ${keyValueHeads}`);
  }
  const headSize = positiveInteger(fields, 'head_dim', type === 'qwen3' ? QWEN3_HEAD_SIZE : hiddenSize / heads);
  if (headSize % 2 !== 0) throw new RangeError(`head_dim: an even number, got ${headSize}`);
  return {
    vocabularySize: positiveInteger(fields, 'vocab_size'),
    hiddenSize,
    layers: positiveIntegerUpTo(MOST_LAYERS, fields, 'num_hidden_layers'),
    heads,
    keyValueHeads,
    headSize,
    intermediateSize: positiveInteger(fields, 'intermediate_size'),
    normEpsilon: positiveNumber(fields, 'rms_norm_eps', 1e-6),
    ...readRope(fields),
    ...readBiases(fields, type),
    ...(type === 'qwen3' ? { queryKeyNorm: true } : {}),
    tiedEmbeddings: truth(fields, 'tie_word_embeddings', false),
    contextLength: positiveInteger(fields, 'max_position_embeddings'),
  };
}

/** Qwen2 and Mistral say nothing of biases: the one always has those of the attention's inputs, the other none. */
function readBiases(fields: Fields, type: ModelType): Pick<ModelConfig, 'attentionBias' | 'mlpBias'> {
  const attention = truth(fields, 'attention_bias', false);
  const mlp = truth(fields, 'mlp_bias', false);
  switch (type) {
    case 'qwen2':
      return refuseMlpBias(mlp, type) && { attentionBias: 'inputs' };
    case 'mistral':
      if (attention) throw new RangeError('attention_bias: false for mistral, which has none, got true');
      return refuseMlpBias(mlp, type) && {};
    case 'qwen3':
      return refuseMlpBias(mlp, type) && (attention ? { attentionBias: 'all' } : {});
    case 'llama':
      return { ...(attention ? { attentionBias: 'all' } : {}), ...(mlp ? { mlpBias: true } : {}) };
    default:
      return type satisfies never;
  }
}

function refuseMlpBias(mlp: boolean, type: ModelType): true {
  if (mlp) throw new RangeError(`mlp_bias: false for ${type}, which has none, got true`);
  return true;
}
