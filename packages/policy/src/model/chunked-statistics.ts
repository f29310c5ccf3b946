import { plainMatMul, type Tensor, type Tensor1D, type TensorFlow } from '@turnwise/accelerator';
import { after } from './after.js';
import { oneHot } from './one-hot.js';

export interface ChunkedOptions {
  /** Logits of at most so many elements exist at once. */
  readonly chunkElements: number;
  /** Whether the entropies have a gradient. */
  readonly entropyGradient: boolean;
  /** Whether the output matrix has a gradient. */
  readonly outputTrained: boolean;
}

/**
 * `[2, positions]`: the log-probability of the target, and the entropy, of `softmax(c h W^T)`, without the logits of all
 * tokens ever existing: they are computed for one piece of the vocabulary after the other, and in the gradient again.
 *
 * With `z = c h W^T`, `m = max z`, `S = sum exp(z - m)`, `p = exp(z - m) / S`: the log-probability is `z_target - m - log S`,
 * the entropy `H = log S + m - sum p z`, and `dz = dlogprob (onehot(target) - p) - dH p (log p + H)`, from which
 * `dh = c dz W` and `dW = c dz^T h`. Maxima and sums of pieces are joined as in Milakov and Gimelshein, "Online normalizer
 * calculation for softmax", 2018, algorithm 3.
 *
 * @param hidden `[positions, features]`
 * @param output `[vocabulary, features]`
 * @param targets `[positions]`, int32
 * @param factor scalar, `c`
 */
export function chunkedStatistics(
  tf: TensorFlow,
  hidden: Tensor,
  output: Tensor,
  targets: Tensor,
  factor: Tensor,
  { chunkElements, entropyGradient, outputTrained }: ChunkedOptions,
): Tensor {
  const [vocabulary, features] = output.shape as [number, number];
  const pieces = cut(vocabulary, Math.max(1, Math.floor(chunkElements / (hidden.shape[0] as number))));
  const rowsOf = (matrix: Tensor, { from, size }: Piece): Tensor => tf.slice(matrix, [from, 0], [size, features]);
  const statistics = (h: Tensor, matrix: Tensor, save: (tensors: Tensor[]) => void): Tensor => {
    const target = tf.mul(tf.sum(tf.mul(h, tf.gather(matrix, targets as Tensor1D)), 1, true), factor);
    let sums: Sums | null = null as Sums | null;
    for (const piece of pieces) {
      const before: Sums | null = sums;
      // In a scope of its own, so that the logits of a piece are gone before the next one's are there.
      sums = tf.tidy((): Sums => {
        const input = before === null ? h : after(tf, h, before.total);
        const logits = tf.mul(tf.matMul(input, rowsOf(matrix, piece), false, true), factor);
        return before === null ? sumsOf(tf, logits) : joined(tf, before, sumsOf(tf, logits));
      });
    }
    const { most, total, weighted } = sums as Sums;
    const logTotal = tf.add(tf.log(total), most);
    const entropies = tf.sub(logTotal, tf.add(tf.div(weighted, total), most));
    save([h, matrix, targets, factor, logTotal, entropies]);
    return tf.stack([tf.squeeze(tf.sub(target, logTotal), [1]), tf.squeeze(entropies, [1])]);
  };
  const gradients = (dy: Tensor, saved: readonly Tensor[]): Tensor[] => {
    const [h, matrix, ids, c, logTotal, entropies] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    const row = (index: number): Tensor => tf.mul(tf.reshape(tf.slice(dy, [index, 0], [1, -1]), [-1, 1]), c);
    const [ofLogprobs, ofEntropies] = [row(0), row(1)];
    const ofOutput: Tensor[] = [];
    let dh: Tensor | null = null;
    for (const piece of pieces) {
      const before: Tensor | null = dh;
      const [sum, own] = tf.tidy((): Tensor[] => {
        const input = after(tf, h, before ?? dy);
        const rows = rowsOf(matrix, piece);
        const logp = tf.sub(tf.mul(tf.matMul(input, rows, false, true), c), logTotal);
        const p = tf.exp(logp);
        const chosen = oneHot(tf, tf.sub(ids, tf.scalar(piece.from, 'int32')), piece.size);
        const first = tf.mul(ofLogprobs, tf.sub(chosen, p));
        const dz = entropyGradient ? tf.sub(first, tf.mul(ofEntropies, tf.mul(p, tf.add(logp, entropies)))) : first;
        const part = plainMatMul(tf, dz, rows);
        const ofRows = outputTrained ? [plainMatMul(tf, dz, input, true)] : [];
        return [before === null ? part : tf.add(before, part), ...ofRows];
      }) as [Tensor, Tensor?];
      dh = sum;
      if (own !== undefined) ofOutput.push(own);
    }
    return [dh as Tensor, ...(outputTrained ? [tf.concat(ofOutput, 0)] : [])];
  };
  const inputs = outputTrained ? [hidden, output] : [hidden];
  return tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [h, matrix = output] = given as [Tensor, Tensor?];
    return { value: statistics(h, matrix, save), gradFunc: gradients as never };
  })(...inputs);
}

interface Piece {
  readonly from: number;
  readonly size: number;
}

function cut(length: number, most: number): Piece[] {
  const count = Math.ceil(length / most);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * length) / count);
    return { from, size: Math.floor(((i + 1) * length) / count) - from };
  });
}

/** Of the logits of a piece, `[positions, 1]` each. */
type Sums = {
  readonly most: Tensor;
  /** Sum of `exp(z - most)`. */
  readonly total: Tensor;
  /** Sum of `exp(z - most) (z - most)`. */
  readonly weighted: Tensor;
};

function sumsOf(tf: TensorFlow, z: Tensor): Sums {
  const most = tf.max(z, 1, true);
  const centred = tf.sub(z, most);
  const exponentials = tf.exp(centred);
  return {
    most,
    total: tf.sum(exponentials, 1, true),
    weighted: tf.sum(tf.mul(exponentials, centred), 1, true),
  };
}

function joined(tf: TensorFlow, a: Sums, b: Sums): Sums {
  const most = tf.maximum(a.most, b.most);
  const moved = (part: Sums): readonly [Tensor, Tensor] => {
    const shift = tf.sub(part.most, most);
    const scale = tf.exp(shift);
    return [tf.mul(part.total, scale), tf.mul(scale, tf.add(part.weighted, tf.mul(part.total, shift)))];
  };
  const [[totalA, weightedA], [totalB, weightedB]] = [moved(a), moved(b)];
  return { most, total: tf.add(totalA, totalB), weighted: tf.add(weightedA, weightedB) };
}
