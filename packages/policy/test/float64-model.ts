import type { ModelConfig } from '../src/model/model-config.js';
import {
  EMBEDDING,
  FINAL_NORM,
  type LayerWeight,
  layerWeightName,
  OUTPUT,
  type WeightPart,
} from '../src/model/weight-shapes.js';

type Weights = ReadonlyMap<string, ArrayLike<number>>;
type Vector = number[];

/**
 * The slow twin of the transformer: plain loops in float64, one position at a time, written from the papers' formulas
 * and not from the tensor code. Logits `[tokens][vocabulary]` of one row.
 */
export function float64Logits(config: ModelConfig, weights: Weights, tokenIds: readonly number[]): Vector[] {
  const of = (name: string): ArrayLike<number> => weights.get(name) as ArrayLike<number>;
  const { hiddenSize, headSize, heads, keyValueHeads, normEpsilon } = config;
  const { angles, stretch } = rotation(config);
  let hidden: Vector[] = tokenIds.map((id) => slice(of(EMBEDDING), id * hiddenSize, hiddenSize));
  for (let layer = 0; layer < config.layers; layer++) {
    const at = (name: LayerWeight, part?: WeightPart) => of(layerWeightName(layer, name, part));
    const linear = (name: LayerWeight, x: Vector): Vector => {
      const y = apply(at(name), x);
      const [bias, a, b] = [at(name, 'bias'), at(name, 'lora_A.weight'), at(name, 'lora_B.weight')];
      const scale = config.lora === undefined ? 0 : config.lora.alpha / config.lora.rank;
      const low = a === undefined ? y.map(() => 0) : apply(b, apply(a, x));
      return y.map((value, i) => value + (bias?.[i] ?? 0) + scale * (low[i] as number));
    };
    const headNorm = (x: Vector, name: LayerWeight): Vector =>
      config.queryKeyNorm ? norm(x, at(name), normEpsilon) : x;
    const normed = hidden.map((x) => norm(x, at('attentionNorm'), normEpsilon));
    const split = (name: LayerWeight, count: number) =>
      normed.map((x) => Array.from({ length: count }, (_, head) => slice(linear(name, x), head * headSize, headSize)));
    const turned = (x: Vector, t: number): Vector => rotate(x, t, angles).map((value) => stretch * value);
    const queries = split('query', heads).map((all, t) => all.map((q) => turned(headNorm(q, 'queryNorm'), t)));
    const keys = split('key', keyValueHeads).map((all, t) => all.map((k) => turned(headNorm(k, 'keyNorm'), t)));
    const values = split('value', keyValueHeads);
    hidden = hidden.map((x, t) => {
      const mixed = Array.from({ length: heads }, (_, head) => {
        const group = Math.floor(head / (heads / keyValueHeads));
        const query = (queries[t] as Vector[])[head] as Vector;
        const scores = keys.slice(0, t + 1).map((all) => dot(query, all[group] as Vector) / Math.sqrt(headSize));
        const shares = softmax(scores);
        return query.map((_, i) => shares.reduce((sum, share, s) => sum + share * value(values, s, group, i), 0));
      }).flat();
      return add(x, linear('attentionOutput', mixed));
    });
    hidden = hidden.map((x) => {
      const y = norm(x, at('mlpNorm'), normEpsilon);
      const up = linear('up', y);
      const gated = linear('gate', y).map((g, i) => (g / (1 + Math.exp(-g))) * (up[i] as number));
      return add(x, linear('down', gated));
    });
  }
  const output = of(config.tiedEmbeddings ? EMBEDDING : OUTPUT);
  return hidden.map((x) => apply(output, norm(x, of(FINAL_NORM), normEpsilon)));
}

/** Log-probability of each token given those before it; 0 for the first. */
export function float64Logprobs(
  config: ModelConfig,
  weights: Weights,
  tokenIds: readonly number[],
  temperature = 1,
): Vector {
  const logits = float64Logits(config, weights, tokenIds);
  return tokenIds.map((id, t) => {
    if (t === 0) return 0;
    const scaled = (logits[t - 1] as Vector).map((x) => x / temperature);
    return Math.log(softmax(scaled)[id] as number);
  });
}

/** Entropy, in nats, of the distribution that each token was drawn from; 0 for the first. */
export function float64Entropies(
  config: ModelConfig,
  weights: Weights,
  tokenIds: readonly number[],
  temperature = 1,
): Vector {
  const logits = float64Logits(config, weights, tokenIds);
  return tokenIds.map((_, t) => {
    if (t === 0) return 0;
    const scaled = (logits[t - 1] as Vector).map((x) => x / temperature);
    return softmax(scaled).reduce((sum, p) => sum - p * Math.log(p), 0);
  });
}

function value(values: Vector[][], position: number, group: number, i: number): number {
  return ((values[position] as Vector[])[group] as Vector)[i] as number;
}

function slice(array: ArrayLike<number>, from: number, length: number): Vector {
  return Array.from({ length }, (_, i) => array[from + i] as number);
}

/** `matrix [outputs, inputs]` times a vector. */
function apply(matrix: ArrayLike<number>, x: Vector): Vector {
  return Array.from({ length: matrix.length / x.length }, (_, row) => dot(slice(matrix, row * x.length, x.length), x));
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}

function add(a: Vector, b: Vector): Vector {
  return a.map((x, i) => x + (b[i] as number));
}

function norm(x: Vector, w: ArrayLike<number>, epsilon: number): Vector {
  const rms = Math.sqrt(dot(x, x) / x.length + epsilon);
  return x.map((value, i) => (value / rms) * (w[i] as number));
}

/**
 * Radians per position of each pair, and what rotated vectors are multiplied by. Written once more, from the wording of
 * the papers: with `linear`, positions are divided; with `llama3`, by wavelengths; with `yarn`, by the blend of both.
 */
function rotation({ headSize, ropeTheta, ropeScaling: scaling }: ModelConfig): { angles: Vector; stretch: number } {
  const plain = Array.from({ length: headSize / 2 }, (_, i) => 1 / ropeTheta ** ((2 * i) / headSize));
  if (scaling === undefined) return { angles: plain, stretch: 1 };
  const { factor } = scaling;
  if (scaling.kind === 'linear') return { angles: plain.map((angle) => angle / factor), stretch: 1 };
  if (scaling.kind === 'llama3') {
    const { lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = scaling;
    const angles = plain.map((angle) => {
      const wavelength = (2 * Math.PI) / angle;
      if (wavelength > originalContextLength / low) return angle / factor;
      if (wavelength < originalContextLength / high) return angle;
      const smooth = (originalContextLength / wavelength - low) / (high - low);
      return (1 - smooth) * (angle / factor) + smooth * angle;
    });
    return { angles, stretch: 1 };
  }
  const { originalContextLength, betaFast, betaSlow, attentionFactor } = scaling;
  const dimension = (turns: number): number =>
    (headSize * Math.log(originalContextLength / (turns * 2 * Math.PI))) / (2 * Math.log(ropeTheta));
  const low = Math.max(Math.floor(dimension(betaFast)), 0);
  const high = Math.min(Math.ceil(dimension(betaSlow)), headSize - 1);
  const angles = plain.map((angle, i) => {
    const ramp = Math.min(Math.max((i - low) / Math.max(high - low, 0.001), 0), 1);
    return (angle / factor) * ramp + angle * (1 - ramp);
  });
  return { angles, stretch: attentionFactor };
}

/** Pair (i, i + half) turned by its angle times `t`. */
function rotate(x: Vector, t: number, angles: Vector): Vector {
  const half = x.length / 2;
  return x.map((value, i) => {
    const angle = t * (angles[i % half] as number);
    const other = i < half ? -(x[i + half] as number) : (x[i - half] as number);
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

function softmax(x: Vector): Vector {
  const most = Math.max(...x);
  const exponentials = x.map((value) => Math.exp(value - most));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}
