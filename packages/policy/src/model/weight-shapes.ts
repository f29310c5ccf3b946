import { checkLora, isTarget } from './lora.js';
import type { ModelConfig } from './model-config.js';

/** The modules of one layer, by their short names. Matrices are `[outputs, inputs]`, as checkpoints store them. */
export const LAYER_WEIGHTS = {
  attentionNorm: 'input_layernorm',
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  attentionOutput: 'self_attn.o_proj',
  queryNorm: 'self_attn.q_norm',
  keyNorm: 'self_attn.k_norm',
  mlpNorm: 'post_attention_layernorm',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
} as const;

export type LayerWeight = keyof typeof LAYER_WEIGHTS;

/** What a module holds: its weight, perhaps a bias, perhaps an adapter. */
export type WeightPart = 'weight' | 'bias' | 'lora_A.weight' | 'lora_B.weight';

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const OUTPUT = 'lm_head.weight';

/** The modules that adapters may be put on, when none are named: every matrix of the layers. */
export const LORA_TARGETS: readonly string[] = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
];

/** The name of a layer's weight in a checkpoint. */
export function layerWeightName(layer: number, weight: LayerWeight, part: WeightPart = 'weight'): string {
  return `model.layers.${layer}.${LAYER_WEIGHTS[weight]}.${part}`;
}

/** The name and shape of every weight of a model's checkpoint, in a fixed order; adapters are not among them. */
export function baseShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { hiddenSize, vocabularySize } = config;
  const shapes = new Map<string, readonly number[]>([[EMBEDDING, [vocabularySize, hiddenSize]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    for (const [name, shape] of Object.entries(layerShapes(config)) as [LayerWeight, readonly number[]][]) {
      shapes.set(layerWeightName(layer, name), shape);
      if (hasBias(config, name)) shapes.set(layerWeightName(layer, name, 'bias'), [shape[0] as number]);
    }
  }
  shapes.set(FINAL_NORM, [hiddenSize]);
  if (!config.tiedEmbeddings) shapes.set(OUTPUT, [vocabularySize, hiddenSize]);
  return shapes;
}

/**
 * The name and shape of every weight of the adapters: `A`, `[rank, inputs]`, and `B`, `[outputs, rank]`, of each target;
 * none without adapters. Throws a `RangeError` when a target is no matrix of a layer, or no module is one.
 */
export function loraShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  const { lora } = config;
  const shapes = new Map<string, readonly number[]>();
  if (lora === undefined) return shapes;
  checkLora(lora);
  for (const [name, [outputs, inputs]] of baseShapes(config) as ReadonlyMap<string, readonly [number, number?]>) {
    const path = name.slice(0, name.lastIndexOf('.'));
    if (!name.endsWith('.weight') || !isTarget(lora, path)) continue;
    if (inputs === undefined || !path.startsWith('model.layers.')) {
      throw new RangeError(`lora.targets: matrices of the layers (${LORA_TARGETS.join(', ')}), got ${path}`);
    }
    shapes.set(`${path}.lora_A.weight`, [lora.rank, inputs]);
    shapes.set(`${path}.lora_B.weight`, [outputs, lora.rank]);
  }
  if (shapes.size > 0) return shapes;
  throw new RangeError(`lora.targets: modules of the model (${LORA_TARGETS.join(', ')}), got ${lora.targets}`);
}

/** The name and shape of every weight of a model, in a fixed order; names are those of Hugging Face checkpoints. */
export function weightShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  return new Map([...baseShapes(config), ...loraShapes(config)]);
}

/** Those of `weightShapes` that are trained: the adapters' if there are any, else all. */
export function trainedShapes(config: ModelConfig): ReadonlyMap<string, readonly number[]> {
  return config.lora === undefined ? baseShapes(config) : loraShapes(config);
}

/** Shapes of the weights that a layer of this model has. */
function layerShapes(config: ModelConfig): Partial<Record<LayerWeight, readonly number[]>> {
  const { hiddenSize, headSize, intermediateSize } = config;
  const queries = config.heads * headSize;
  const keys = config.keyValueHeads * headSize;
  return {
    attentionNorm: [hiddenSize],
    query: [queries, hiddenSize],
    key: [keys, hiddenSize],
    value: [keys, hiddenSize],
    attentionOutput: [hiddenSize, queries],
    ...(config.queryKeyNorm ? { queryNorm: [headSize], keyNorm: [headSize] } : {}),
    mlpNorm: [hiddenSize],
    gate: [intermediateSize, hiddenSize],
    up: [intermediateSize, hiddenSize],
    down: [hiddenSize, intermediateSize],
  };
}

function hasBias({ attentionBias, mlpBias = false }: ModelConfig, name: LayerWeight): boolean {
  switch (name) {
    case 'query':
    case 'key':
    case 'value':
      return attentionBias !== undefined;
    case 'attentionOutput':
      return attentionBias === 'all';
    case 'gate':
    case 'up':
    case 'down':
      return mlpBias;
    default:
      return false;
  }
}
