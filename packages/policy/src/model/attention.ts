import type { Tensor, TensorFlow } from '@turnwise/accelerator';

/** A block of queries and the keys that it is multiplied with. */
export interface AttentionBlock {
  /** Queries `[start, end)`. */
  readonly start: number;
  readonly end: number;
  /** Keys `[0, keys)`. */
  readonly keys: number;
  /** Added to the products; broadcasts to `[rows, heads, end - start, keys]`. */
  readonly mask: Tensor;
}

/**
 * Attention, `P V` with `P = softmax(Q K^T + mask)`, per head (Vaswani et al., "Attention is all you need", 2017,
 * equation 1), with its gradient in closed form: with `O` the result and `D = sum(dO * O)` over a head's features
 * (Dao et al., "FlashAttention", 2022, appendix B.2), `dV = P^T dO`, `dS = P * (dO V^T - D)`, `dQ = dS K`, `dK = dS^T Q`.
 *
 * @param queries `[rows, heads, queries, headSize]`, scaled
 * @param keys `[rows, keyValueHeads, tokens, headSize]`; neighbouring query heads share one
 * @param values `[rows, keyValueHeads, tokens, headSize]`
 * @param blocks cover the queries in their order, and see ever more keys; the last sees all
 * @returns `[rows, heads, queries, headSize]`
 */
export function attention(
  tf: TensorFlow,
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  blocks: readonly AttentionBlock[],
): Tensor {
  const [rows, heads] = queries.shape as [number, number];
  const keyValueHeads = keys.shape[1] as number;
  const part = (x: Tensor, { start, end }: AttentionBlock): Tensor => positions(tf, x, start, end);
  const seen = (x: Tensor, { keys: end }: AttentionBlock): Tensor => positions(tf, x, 0, end);
  /** The query heads of one key-value head, one below the other; and back. */
  const stacked = (x: Tensor): Tensor => tf.reshape(x, [rows, keyValueHeads, -1, x.shape[3] as number]);
  const apart = (x: Tensor): Tensor => tf.reshape(x, [rows, heads, -1, x.shape[3] as number]);

  return tf.customGrad((...given) => {
    const [q, k, v, save] = given as unknown as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
    const shares = blocks.map((block) => {
      const products = tf.matMul(stacked(part(q, block)), seen(k, block), false, true);
      return tf.softmax(tf.add(apart(products), block.mask));
    });
    const result = joined(
      tf,
      blocks.map((block, i) => apart(tf.matMul(stacked(shares[i] as Tensor), seen(v, block)))),
    );
    save([q, k, v, result, ...shares]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const [q, k, v, result, ...shares] = saved as [Tensor, Tensor, Tensor, Tensor, ...Tensor[]];
      const deltas = tf.sum(tf.mul(dy, result), -1, true);
      const ofBlocks = blocks.map((block, i) => {
        const share = shares[i] as Tensor;
        const given = stacked(part(dy, block));
        const dShare = apart(tf.matMul(given, seen(v, block), false, true));
        const dProducts = stacked(tf.mul(share, tf.sub(dShare, part(deltas, block))));
        return {
          queries: apart(tf.matMul(dProducts, seen(k, block))),
          keys: tf.matMul(dProducts, stacked(part(q, block)), true),
          values: tf.matMul(stacked(share), given, true),
        };
      });
      const all = (name: 'queries' | 'keys' | 'values'): Tensor[] => ofBlocks.map((block) => block[name]);
      return [joined(tf, all('queries')), summed(tf, all('keys'), blocks), summed(tf, all('values'), blocks)];
    };
    return { value: result, gradFunc };
  })(queries, keys, values);
}

/** Positions `[start, end)` of `[rows, heads, positions, features]`. */
function positions(tf: TensorFlow, x: Tensor, start: number, end: number): Tensor {
  return end - start === x.shape[2] ? x : tf.slice(x, [0, 0, start, 0], [-1, -1, end - start, -1]);
}

function joined(tf: TensorFlow, blocks: Tensor[]): Tensor {
  return blocks.length === 1 ? (blocks[0] as Tensor) : tf.concat(blocks, 2);
}

/** The sum of what each block says of the keys that it sees. */
function summed(tf: TensorFlow, ofBlocks: readonly Tensor[], blocks: readonly AttentionBlock[]): Tensor {
  const sizes = blocks.map(({ keys }, i) => keys - (blocks[i - 1]?.keys ?? 0));
  const pieces = ofBlocks.map((of, i) => (i === 0 ? [of] : tf.split(of, sizes.slice(0, i + 1), 2)));
  return joined(
    tf,
    sizes.map((_, i) => {
      const seeing = pieces.flatMap((of) => of[i] ?? []);
      return seeing.length === 1 ? (seeing[0] as Tensor) : tf.addN(seeing);
    }),
  );
}
