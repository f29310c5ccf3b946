import type { ModelConfig, RopeScaling } from './model-config.js';

export interface RopeFrequencies {
  /** Radians per position, `[headSize / 2]`. */
  readonly frequencies: Float64Array;
  /** What cosines and sines are multiplied by: 1, but for YaRN. */
  readonly attentionFactor: number;
}

/**
 * The rotary frequencies `f_i = theta^(-2 i / headSize)` (Su et al., "RoFormer", 2021, section 3.2.2), stretched:
 *
 * - `linear`: `f / factor` (Chen et al., "Extending context window of large language models via positional
 *   interpolation", 2023, equation 4).
 * - `llama3`: with the rotations `r = originalContextLength f / (2 pi)` over the original context: `f / factor` where
 *   `r < lowFrequencyFactor`, `f` where `r > highFrequencyFactor`, between them `(1 - s) f / factor + s f` with
 *   `s = (r - low) / (high - low)`. From Meta's code of Llama 3.1, which `transformers` follows.
 * - `yarn`: `(1 - g) f / factor + g f`, where `g` falls on a line from 1 to 0 between the pairs that turn `betaFast` and
 *   `betaSlow` times over the original context (Peng et al., "YaRN", 2023, definition 2, with the ramp over the index of
 *   the pair, as in the authors' code and in `transformers`).
 */
export function ropeFrequencies({ headSize, ropeTheta, ropeScaling }: ModelConfig): RopeFrequencies {
  const plain = Float64Array.from({ length: headSize / 2 }, (_, i) => ropeTheta ** ((-2 * i) / headSize));
  if (ropeScaling === undefined) return { frequencies: plain, attentionFactor: 1 };
  switch (ropeScaling.kind) {
    case 'linear':
      return { frequencies: plain.map((f) => f / ropeScaling.factor), attentionFactor: 1 };
    case 'llama3':
      return { frequencies: plain.map((f) => llama3(f, ropeScaling)), attentionFactor: 1 };
    case 'yarn':
      return { frequencies: yarn(plain, ropeTheta, ropeScaling), attentionFactor: ropeScaling.attentionFactor };
    default:
      return ropeScaling satisfies never;
  }
}

function llama3(f: number, scaling: Extract<RopeScaling, { kind: 'llama3' }>): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = scaling;
  const rotations = (originalContextLength * f) / (2 * Math.PI);
  if (rotations < low) return f / factor;
  if (rotations > high) return f;
  const share = (rotations - low) / (high - low);
  return ((1 - share) * f) / factor + share * f;
}

function yarn(plain: Float64Array, theta: number, scaling: Extract<RopeScaling, { kind: 'yarn' }>): Float64Array {
  const { factor, originalContextLength, betaFast, betaSlow, truncate } = scaling;
  const size = 2 * plain.length;
  // The pair, as a real number, that turns so many times over the original context.
  const pairOf = (rotations: number): number =>
    (size * Math.log(originalContextLength / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const from = Math.max(0, truncate ? Math.floor(pairOf(betaFast)) : pairOf(betaFast));
  const to = Math.min(size - 1, truncate ? Math.ceil(pairOf(betaSlow)) : pairOf(betaSlow));
  const width = to === from ? 0.001 : to - from;
  return plain.map((f, i) => {
    const stretched = Math.min(1, Math.max(0, (i - from) / width));
    return (stretched * f) / factor + (1 - stretched) * f;
  });
}
