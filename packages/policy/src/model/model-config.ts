/** The sizes of a Llama-architecture transformer, as its `config.json` states them. */
export interface ModelConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Each key-value head serves `heads / keyValueHeads` query heads (grouped-query attention). */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Width of the SwiGLU block. */
  readonly intermediateSize: number;
  readonly normEpsilon: number;
  readonly ropeTheta: number;
  /** The output matrix is the embedding. */
  readonly tiedEmbeddings: boolean;
  /** Longest sequence. */
  readonly contextLength: number;
}

/**
 * Reads the parsed `config.json` of a Llama model in the Hugging Face layout.
 *
 * Throws a `RangeError` that names the field for a missing or wrong value, and for what this model does not do: biases,
 * scaled rotary embeddings, an activation other than SiLU.
 */
export function readModelConfig(json: unknown): ModelConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new RangeError(`config.json: an object, got ${JSON.stringify(json)}`);
  }
  const fields = json as Readonly<Record<string, unknown>>;
  refuseUnsupported(fields);
  const heads = positiveInteger(fields, 'num_attention_heads');
  const hiddenSize = positiveInteger(fields, 'hidden_size');
  const keyValueHeads = positiveInteger(fields, 'num_key_value_heads', heads);
  if (heads % keyValueHeads !== 0) {
    throw new RangeError(`num_key_value_heads: a divisor of num_attention_heads (${heads}), got ${keyValueHeads}`);
  }
  const headSize = positiveInteger(fields, 'head_dim', hiddenSize / heads);
  if (headSize % 2 !== 0) throw new RangeError(`head_dim: an even number, got ${headSize}`);
  return {
    vocabularySize: positiveInteger(fields, 'vocab_size'),
    hiddenSize,
    layers: positiveInteger(fields, 'num_hidden_layers'),
    heads,
    keyValueHeads,
    headSize,
    intermediateSize: positiveInteger(fields, 'intermediate_size'),
    normEpsilon: positiveNumber(fields, 'rms_norm_eps', 1e-6),
    ropeTheta: positiveNumber(rope(fields), 'rope_theta', 10_000),
    tiedEmbeddings: fields['tie_word_embeddings'] === true,
    contextLength: positiveInteger(fields, 'max_position_embeddings'),
  };
}

/** The `config.json` of a model, as Hugging Face's `LlamaForCausalLM` reads it. */
export function writeModelConfig(config: ModelConfig): Record<string, unknown> {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
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
    tie_word_embeddings: config.tiedEmbeddings,
    max_position_embeddings: config.contextLength,
    attention_bias: false,
    mlp_bias: false,
    torch_dtype: 'float32',
  };
}

function refuseUnsupported(fields: Readonly<Record<string, unknown>>): void {
  const wanted: Readonly<Record<string, unknown>> = {
    model_type: 'llama',
    hidden_act: 'silu',
    attention_bias: false,
    mlp_bias: false,
    rope_scaling: null,
  };
  for (const [name, value] of Object.entries(wanted)) {
    const got = fields[name];
    if (got !== undefined && got !== value) {
      throw new RangeError(
        `${name}: ${JSON.stringify(value)}, which is what this model does, got ${JSON.stringify(got)}`,
      );
    }
  }
  const type = rope(fields)['rope_type'];
  if (type !== undefined && type !== 'default') {
    throw new RangeError(`rope_parameters.rope_type: "default", got ${JSON.stringify(type)}`);
  }
}

/** Where `rope_theta` stands: at the top, or in `rope_parameters` in newer files. */
function rope(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const parameters = fields['rope_parameters'];
  return typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : fields;
}

function positiveInteger(fields: Readonly<Record<string, unknown>>, name: string, fallback?: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`${name}: a positive integer, got ${JSON.stringify(value)}`);
}

function positiveNumber(fields: Readonly<Record<string, unknown>>, name: string, fallback: number): number {
  const value = fields[name] ?? fallback;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name}: a positive number, got ${JSON.stringify(value)}`);
}
