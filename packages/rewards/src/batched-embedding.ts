import type { Embedding } from './embedding.js';

/**
 * An embedding that asks for at most `size` codes at a time, one batch after the other.
 *
 * @throws RangeError for a size that is not a whole number of at least 1.
 */
export function batchedEmbedding(embedding: Embedding, size: number): Embedding {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new RangeError(`size: must be a whole number of at least 1, got ${size}`);
  }
  return async (codes) => {
    const vectors: ArrayLike<number>[] = [];
    for (let start = 0; start < codes.length; start += size) {
      vectors.push(...(await embedding(codes.slice(start, start + size))));
    }
    return vectors;
  };
}
