import { codeTokens } from './code-tokens.js';
import type { Embedding } from './embedding.js';

/** Which views of the tokens give which n-grams: the exact view single tokens too, the abstract one only shapes. */
const GRAMS = [
  { view: 'exact', length: 1 },
  { view: 'exact', length: 2 },
  { view: 'exact', length: 3 },
  { view: 'abstract', length: 2 },
  { view: 'abstract', length: 3 },
] as const;

/**
 * An embedding of code that needs no model and no network, and gives the same vectors everywhere: hashed n-grams of the
 * tokens of a JavaScript tokenizer, weighted by how rare they are in the group.
 *
 *     e(C)[h(f)] += sign(f) * (1 + ln count(f, C)) * (1 + ln((1 + N) / (1 + codes with f)))
 *
 * over the n-grams `f` of `codeTokens(C)`: of one to three exact tokens, and of two to three with literals abstracted.
 * So renaming a variable, adding a comment or changing the layout gives the same vector; a wrong constant stays close;
 * another order of operations or another algorithm lies further away. A repeated call counts by the logarithm, so
 * repetition hardly pays. Two different codes can in principle collide; with the default dimension a cosine is off by
 * about 0.02.
 *
 * Code without tokens (blank, or only comments) gives the zero vector.
 *
 * @throws RangeError for a dimension that is not a whole number of at least 1.
 */
export function codeEmbedding({ dimension = 2048 }: { readonly dimension?: number } = {}): Embedding {
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw new RangeError(`dimension: must be a whole number of at least 1, got ${dimension}`);
  }
  return (codes) => {
    const counts = codes.map(countGrams);
    const codesWith = new Map<number, number>();
    for (const own of counts) for (const gram of own.keys()) codesWith.set(gram, (codesWith.get(gram) ?? 0) + 1);
    return counts.map((own) => {
      const vector = new Float64Array(dimension);
      for (const [gram, count] of own) {
        const rarity = 1 + Math.log((1 + codes.length) / (1 + (codesWith.get(gram) as number)));
        const place = (gram >>> 1) % dimension;
        vector[place] = (vector[place] as number) + (gram & 1 ? -1 : 1) * (1 + Math.log(count)) * rarity;
      }
      return vector;
    });
  };
}

/** How often each n-gram occurs, by its hash. */
function countGrams(code: string): Map<number, number> {
  const tokens = codeTokens(code);
  const hashes = {
    exact: tokens.map(({ exact }) => hashText(exact)),
    abstract: tokens.map(({ abstract }) => hashText(abstract)),
  };
  const counts = new Map<number, number>();
  GRAMS.forEach(({ view, length }, kind) => {
    for (let i = 0; i + length <= tokens.length; i++) {
      let gram = mix(kind + 1);
      for (let k = 0; k < length; k++) gram = mix(gram ^ (hashes[view][i + k] as number));
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
  });
  return counts;
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Spreads every bit of a 32-bit number over all others; not commutative when chained, so order counts. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 16)) + 0x9e3779b9) | 0;
}
