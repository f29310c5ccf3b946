import type { ModelConfig } from './model-config.js';

/** The weights of one layer, by their short names. Matrices are `[outputs, inputs]`, as checkpoints store them. */
export const LAYER_WEIGHTS = {
  attentionNorm: 'input_layernorm',
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  attentionOutput: 'self_attn.o_proj',
  mlpNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
} as const;

export type LayerWeight = keyof typeof LAYER_WEIGHTS;

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const OUTPUT = 'lm_head.weight';

/** The name of a layer's weight in a checkpoint. */
export function layerWeightName(layer: number, weight: LayerWeight): string {
  return `model.layers.${layer}.${LAYER_WEIGHTS[weight]}.weight`;
}

/** The name and shape of every weight of a model, in a fixed order; names are those of Hugging Face checkpoints. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { hiddenSize, headSize, intermediateSize, vocabularySize } = config;
  const queries = config.heads * headSize;
  const keys = config.keyValueHeads * headSize;
  const layer: Readonly<Record<LayerWeight, readonly number[]>> = {
    attentionNorm: [hiddenSize],
    query: [queries, hiddenSize],
    key: [keys, hiddenSize],
    value: [keys, hiddenSize],
    attentionOutput: [hiddenSize, queries],
    mlpNorm: [hiddenSize],
    gate: [intermediateSize, hiddenSize],
    up: [intermediateSize, hiddenSize],
    down: [hiddenSize, intermediateSize],
  };
  const shapes = new Map<string, readonly number[]>([[EMBEDDING, [vocabularySize, hiddenSize]]]);
  for (let i = 0; i < config.layers; i++) {
    for (const [name, shape] of Object.entries(layer)) shapes.set(layerWeightName(i, name as LayerWeight), shape);
  }
  shapes.set(FINAL_NORM, [hiddenSize]);
  if (!config.tiedEmbeddings) shapes.set(OUTPUT, [vocabularySize, hiddenSize]);
  return shapes;
}
