import type { Embedding } from './embedding.js';

/**
 * An embedding that embeds each code once, for an embedding whose vector of a code depends on nothing else (not for
 * `codeEmbedding`, which weighs by the group). The oldest vectors go first when the cache is full; what fails is not kept.
 *
 * @throws RangeError for a size below 1.
 */
export function cachedEmbedding(embedding: Embedding, { size = 10_000 }: { readonly size?: number } = {}): Embedding {
  if (!(size >= 1)) throw new RangeError(`size: must be at least 1, got ${size}`);
  const cache = new Map<string, Promise<ArrayLike<number>>>();
  return async (codes) => {
    const missing = [...new Set(codes.filter((code) => !cache.has(code)))];
    const vectors = missing.length === 0 ? [] : Promise.resolve(embedding(missing));
    const own = new Map(
      missing.map((code, i) => [code, Promise.resolve(vectors).then((all) => vectorAt(all, i, missing.length))]),
    );
    for (const [code, vector] of own) {
      cache.set(code, vector);
      vector.catch(() => cache.delete(code));
    }
    const wanted = codes.map((code) => cache.get(code) as Promise<ArrayLike<number>>);
    for (const code of cache.keys()) {
      if (cache.size <= size) break;
      cache.delete(code);
    }
    return Promise.all(wanted);
  };
}

function vectorAt(vectors: readonly ArrayLike<number>[], index: number, count: number): ArrayLike<number> {
  const vector = vectors[index];
  if (vector === undefined || vectors.length !== count) {
    throw new RangeError(`embedding: must return ${count} vectors, got ${vectors.length}`);
  }
  return vector;
}
