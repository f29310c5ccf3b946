import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { AttentionBlock } from './attention.js';

const MASKED = -1e9;

/** Queries are cut into at most this many blocks: more leave out more, in smaller products, which are slower. */
const MOST_BLOCKS = 2;

/** Least positions of a block: smaller products cost more per number than they leave out. */
const LEAST_BLOCK = 32;

/**
 * The blocks of causal attention over whole rows: each sees the keys up to its own end, and no later ones. With two
 * blocks that is 3/4 of all products, and the same result.
 */
export function causalBlocks(tf: TensorFlow, tokens: number): AttentionBlock[] {
  const size = Math.max(LEAST_BLOCK, Math.ceil(tokens / MOST_BLOCKS));
  return Array.from({ length: Math.ceil(tokens / size) }, (_, i) => {
    const [start, end] = [i * size, Math.min(tokens, (i + 1) * size)];
    const mask = new Float32Array((end - start) * end);
    for (let t = start; t < end; t++) mask.fill(MASKED, (t - start) * end + t + 1, (t - start + 1) * end);
    return { start, end, keys: end, mask: tf.tensor2d(mask, [end - start, end]) };
  });
}

/**
 * The one block of some positions of each row: each sees the keys up to itself.
 *
 * @param at `[rows, selected]`, int32: the positions
 */
export function blockOf(tf: TensorFlow, at: Tensor, tokens: number): AttentionBlock {
  const [rows, selected] = at.shape as [number, number];
  const columns = tf.range(0, tokens, 1, 'int32');
  const beyond = tf.cast(tf.greater(columns, tf.reshape(at, [rows, 1, selected, 1])), 'float32');
  return { start: 0, end: selected, keys: tokens, mask: tf.mul(beyond, MASKED) };
}
