import { type Fields, objectOf, positiveInteger, positiveNumber, truth } from '../model/config-fields.js';
import type { LoraConfig } from '../model/model-config.js';

/** What stands before the names of weights in PEFT's files. */
export const ADAPTER_PREFIX = 'base_model.model.';

export interface AdapterConfig {
  readonly lora: LoraConfig;
  /** The folder, or the name at a hub, of the model that the adapter belongs to. */
  readonly base: string | null;
}

/** Fields of PEFT that change what is computed, with the values under which they do not. */
const ABSENT: Readonly<Record<string, readonly unknown[]>> = {
  bias: ['none'],
  use_dora: [false],
  lora_bias: [false],
  fan_in_fan_out: [false],
  modules_to_save: [null],
  exclude_modules: [null],
  layers_to_transform: [null],
  layers_pattern: [null],
  layer_replication: [null],
  rank_pattern: [null],
  alpha_pattern: [null],
  target_parameters: [null],
  trainable_token_indices: [null],
  megatron_config: [null],
  alora_invocation_tokens: [null],
  use_qalora: [false],
  arrow_config: [null],
};

/** First weights that leave the model as it is. Others (pissa, olora, corda, loftq) take a part out of its weights. */
const INITIAL: readonly unknown[] = [undefined, null, true, false, 'gaussian', 'eva', 'orthogonal'];

/**
 * Reads a parsed `adapter_config.json` of PEFT. Dropout is left out, as PEFT does outside of training: sampler and
 * learner have to agree. Throws a `RangeError` that names the field for a wrong value and for what is not done here.
 */
export function readAdapterConfig(json: unknown): AdapterConfig {
  const fields = objectOf(json, 'adapter_config.json');
  const type = fields['peft_type'];
  if (type !== 'LORA') throw new RangeError(`peft_type: "LORA", got ${JSON.stringify(type)}`);
  for (const [name, wanted] of Object.entries(ABSENT)) {
    const got = fields[name];
    if (got === undefined || wanted.includes(got) || isEmpty(got)) continue;
    throw new RangeError(
      `${name}: ${JSON.stringify(wanted[0])}, which is what is done here, got ${JSON.stringify(got)}`,
    );
  }
  const initial = fields['init_lora_weights'];
  if (!INITIAL.includes(initial)) {
    throw new RangeError(
      `init_lora_weights: true, false, "gaussian", "eva", "orthogonal", got ${JSON.stringify(initial)}, which changes ` +
        "the model's weights too: convert it to a plain adapter in PEFT " +
        '(save_pretrained with path_initial_model_for_weight_conversion)',
    );
  }
  const targets = fields['target_modules'];
  if (typeof targets !== 'string' && !(Array.isArray(targets) && targets.every((name) => typeof name === 'string'))) {
    throw new RangeError(`target_modules: names of modules, or one expression, got ${JSON.stringify(targets)}`);
  }
  const base = fields['base_model_name_or_path'];
  return {
    lora: {
      rank: positiveInteger(fields, 'r'),
      alpha: positiveNumber(fields, 'lora_alpha', 8),
      targets: typeof targets === 'string' ? targets : [...(targets as string[])].sort(),
      ...(truth(fields, 'use_rslora', false) ? { rankStabilised: true } : {}),
    },
    base: typeof base === 'string' && base !== '' ? base : null,
  };
}

/** The `adapter_config.json` of an adapter, as PEFT reads it. */
export function writeAdapterConfig({ rank, alpha, targets, rankStabilised = false }: LoraConfig, base: string): Fields {
  return {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: targets,
    use_rslora: rankStabilised,
    use_dora: false,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    inference_mode: true,
    modules_to_save: null,
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
