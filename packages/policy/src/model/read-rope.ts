import { type Fields, objectOf, positiveInteger, positiveNumber, truth } from './config-fields.js';
import type { ModelConfig, RopeScaling } from './model-config.js';

/** `rope_type` and what stands beside it, in either spelling. */
const KNOWN = [
  'rope_type',
  'type',
  'rope_theta',
  'factor',
  'low_freq_factor',
  'high_freq_factor',
  'original_max_position_embeddings',
  'attention_factor',
  'beta_fast',
  'beta_slow',
  'mscale',
  'mscale_all_dim',
  'truncate',
  'partial_rotary_factor',
];

/**
 * The rotary embedding of a parsed `config.json`, in the spelling of `transformers` 5 (`rope_parameters`) or the one
 * before (`rope_theta` beside `rope_scaling`, whose kind was once called `type`). As there, `rope_scaling` goes first.
 *
 * Throws a `RangeError` that names the field for a missing or wrong value, and for kinds other than `default`, `linear`,
 * `llama3` and `yarn`.
 */
export function readRope(fields: Fields): Pick<ModelConfig, 'ropeTheta' | 'ropeScaling'> {
  const name = isGiven(fields['rope_scaling']) ? 'rope_scaling' : 'rope_parameters';
  const rope = isGiven(fields[name]) ? objectOf(fields[name], name) : {};
  const unknown = Object.keys(rope).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new RangeError(`${name}.${unknown}: unknown, known are ${KNOWN.join(', ')}`);
  }
  const partial = rope['partial_rotary_factor'] ?? 1;
  if (partial !== 1) {
    throw new RangeError(
      `${name}.partial_rotary_factor: 1, which is what this model does, got ${JSON.stringify(partial)}`,
    );
  }
  const theta = { rope_theta: rope['rope_theta'] ?? fields['rope_theta'] };
  const scaling = readScaling(name, rope, fields);
  return {
    ropeTheta: positiveNumber(theta, 'rope_theta', 10_000),
    ...(scaling === null ? {} : { ropeScaling: scaling }),
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'object' && Object.keys(value).length === 0);
}

function readScaling(name: string, rope: Fields, fields: Fields): RopeScaling | null {
  const kind: unknown = rope['rope_type'] ?? rope['type'] ?? 'default';
  const original = (): number => {
    const context = positiveInteger(fields, 'max_position_embeddings');
    // Some files hold it outside; then that is the one which counts.
    if (fields['original_max_position_embeddings'] != null) {
      return positiveInteger(fields, 'original_max_position_embeddings');
    }
    return positiveInteger(rope, 'original_max_position_embeddings', context);
  };
  switch (kind) {
    case 'default':
      return null;
    case 'linear':
      return { kind: 'linear', factor: positiveNumber(rope, 'factor') };
    case 'llama3': {
      const low = positiveNumber(rope, 'low_freq_factor');
      const high = positiveNumber(rope, 'high_freq_factor');
      if (high <= low) throw new RangeError(`${name}.high_freq_factor: above low_freq_factor (${low}), got ${high}`);
      const factors = { lowFrequencyFactor: low, highFrequencyFactor: high };
      return { kind: 'llama3', factor: positiveNumber(rope, 'factor'), ...factors, originalContextLength: original() };
    }
    case 'yarn': {
      const originalContextLength = original();
      const context = positiveInteger(fields, 'max_position_embeddings');
      const factor = positiveNumber(rope, 'factor', context / originalContextLength);
      return {
        kind: 'yarn',
        factor,
        originalContextLength,
        attentionFactor: positiveNumber(rope, 'attention_factor', attentionFactor(rope, factor)),
        betaFast: positiveNumber(rope, 'beta_fast', 32),
        betaSlow: positiveNumber(rope, 'beta_slow', 1),
        truncate: truth(rope, 'truncate', true),
      };
    }
    default:
      throw new RangeError(`${name}.rope_type: one of default, linear, llama3, yarn, got ${JSON.stringify(kind)}`);
  }
}

/** Peng et al., "YaRN", 2023, section 3.4: `0.1 ln(factor) + 1`; or the quotient of two such terms. */
function attentionFactor(rope: Fields, factor: number): number {
  const term = (scale: number): number => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  const [scale, ofAll] = [rope['mscale'], rope['mscale_all_dim']];
  return typeof scale === 'number' && typeof ofAll === 'number' && scale !== 0 && ofAll !== 0
    ? term(scale) / term(ofAll)
    : term(1);
}
