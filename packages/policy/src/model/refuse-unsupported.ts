import type { Fields } from './config-fields.js';

/** The model types that are read. */
export type ModelType = 'llama' | 'qwen2' | 'qwen3' | 'mistral';

const MODEL_TYPES: readonly string[] = ['llama', 'qwen2', 'qwen3', 'mistral'] satisfies ModelType[];

/** Fields of mixtures of experts, under the names that model families give them. */
const EXPERTS = [
  'num_experts',
  'num_local_experts',
  'n_routed_experts',
  'moe_intermediate_size',
  'num_experts_per_tok',
];

/** The window of Mistral when its config says nothing. */
const MISTRAL_WINDOW = 4096;

/**
 * The model type, after all has been refused that this model would compute wrongly: throws a `RangeError` that names
 * the field, what is supported and what was given.
 */
export function refuseUnsupported(fields: Fields): ModelType {
  const type = fields['model_type'] ?? 'llama';
  if (!MODEL_TYPES.includes(type as string)) {
    throw new RangeError(`model_type: one of ${MODEL_TYPES.join(', ')}, got ${JSON.stringify(type)}`);
  }
  only(fields, 'hidden_act', ['silu', 'swish']);
  only(fields, 'quantization_config', [null]);
  only(fields, 'attention_dropout', [0]);
  only(fields, 'partial_rotary_factor', [null, 1]);
  for (const name of EXPERTS) only(fields, name, [null, 0], 'a dense model');
  refuseWindow(fields, type as ModelType);
  return type as ModelType;
}

function only(fields: Fields, name: string, wanted: readonly unknown[], rule?: string): void {
  const got = fields[name];
  if (got === undefined || wanted.includes(got)) return;
  const values = wanted.map((value) => JSON.stringify(value)).join(' or ');
  throw new RangeError(`${name}: ${rule ?? values}, which is what this model does, got ${JSON.stringify(got)}`);
}

/** Sliding windows are refused where one is in use: narrower than the context, on any layer. */
function refuseWindow(fields: Fields, type: ModelType): void {
  const layerTypes = fields['layer_types'];
  if (Array.isArray(layerTypes)) {
    const other = layerTypes.find((layer) => layer !== 'full_attention');
    if (other !== undefined && !windowless(fields)) {
      throw new RangeError(`layer_types: "full_attention" for every layer, got ${JSON.stringify(other)}`);
    }
  }
  const window =
    fields['sliding_window'] === undefined && type === 'mistral' ? MISTRAL_WINDOW : fields['sliding_window'];
  const context = fields['max_position_embeddings'];
  if (window == null || (typeof window === 'number' && typeof context === 'number' && window >= context)) return;
  if (type === 'qwen2' || type === 'qwen3') {
    if (fields['use_sliding_window'] !== true || Array.isArray(layerTypes)) return;
    const full = fields['max_window_layers'] ?? 28;
    const layers = fields['num_hidden_layers'];
    if (typeof full === 'number' && typeof layers === 'number' && full >= layers) return;
  }
  throw new RangeError(
    `sliding_window: null or at least max_position_embeddings (${JSON.stringify(context)}), got ${JSON.stringify(window)}`,
  );
}

/** Whether a window that a layer names covers the whole context. */
function windowless(fields: Fields): boolean {
  const [window, context] = [fields['sliding_window'], fields['max_position_embeddings']];
  return typeof window === 'number' && typeof context === 'number' && window >= context;
}
