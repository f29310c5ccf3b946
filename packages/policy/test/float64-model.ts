import type { ModelConfig } from '../src/model/model-config.js';
import { EMBEDDING, FINAL_NORM, type LayerWeight, layerWeightName, OUTPUT } from '../src/model/weight-shapes.js';

type Weights = ReadonlyMap<string, ArrayLike<number>>;
type Vector = number[];

/**
 * The slow twin of the transformer: plain loops in float64, one position at a time, written from the papers' formulas
 * and not from the tensor code. Logits `[tokens][vocabulary]` of one row.
 */
export function float64Logits(config: ModelConfig, weights: Weights, tokenIds: readonly number[]): Vector[] {
  const of = (name: string): ArrayLike<number> => weights.get(name) as ArrayLike<number>;
  const { hiddenSize, headSize, heads, keyValueHeads, normEpsilon, ropeTheta } = config;
  let hidden: Vector[] = tokenIds.map((id) => slice(of(EMBEDDING), id * hiddenSize, hiddenSize));
  for (let layer = 0; layer < config.layers; layer++) {
    const at = (name: LayerWeight) => of(layerWeightName(layer, name));
    const normed = hidden.map((x) => norm(x, at('attentionNorm'), normEpsilon));
    const split = (name: LayerWeight, count: number) =>
      normed.map((x) =>
        Array.from({ length: count }, (_, head) => slice(apply(at(name), x), head * headSize, headSize)),
      );
    const queries = split('query', heads).map((all, t) => all.map((q) => rotate(q, t, ropeTheta)));
    const keys = split('key', keyValueHeads).map((all, t) => all.map((k) => rotate(k, t, ropeTheta)));
    const values = split('value', keyValueHeads);
    hidden = hidden.map((x, t) => {
      const mixed = Array.from({ length: heads }, (_, head) => {
        const group = Math.floor(head / (heads / keyValueHeads));
        const query = (queries[t] as Vector[])[head] as Vector;
        const scores = keys.slice(0, t + 1).map((all) => dot(query, all[group] as Vector) / Math.sqrt(headSize));
        const shares = softmax(scores);
        return query.map((_, i) => shares.reduce((sum, share, s) => sum + share * value(values, s, group, i), 0));
      }).flat();
      return add(x, apply(at('attentionOutput'), mixed));
    });
    hidden = hidden.map((x) => {
      const y = norm(x, at('mlpNorm'), normEpsilon);
      const up = apply(at('up'), y);
      const gated = apply(at('gate'), y).map((g, i) => (g / (1 + Math.exp(-g))) * (up[i] as number));
      return add(x, apply(at('down'), gated));
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

/** Pair (i, i + half) turned by `t / theta^(2 i / size)`. */
function rotate(x: Vector, t: number, theta: number): Vector {
  const half = x.length / 2;
  return x.map((value, i) => {
    const angle = t / theta ** ((2 * (i % half)) / x.length);
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
