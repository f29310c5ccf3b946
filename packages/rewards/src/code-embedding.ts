import { type CodeToken, codeTokens } from './code-tokens.js';
import type { Embedding } from './embedding.js';

/** n-grams of the exact tokens start at one token, those of the abstract ones at two: alone, a kind says nothing. */
const VIEWS = [
  { view: 'exact', shortest: 1, seed: 0x2545f491 },
  { view: 'abstract', shortest: 2, seed: 0x1b873593 },
] as const;
const LONGEST = 3;

/**
 * An embedding of code that needs no model and no network, and gives the same vectors everywhere: hashed n-grams of the
 * tokens of a JavaScript tokenizer, weighted by how rare they are in the group.
 *
 *     n(C)[p] = sum of sign(f) over the n-grams f of C that hash to place p
 *     e(C)[p] = sign(n) * (1 + ln |n|) * (1 + ln((1 + codes) / (1 + codes that hold p)))      0 where n is 0
 *
 * with n-grams of one to three exact tokens, and of two to three with literals abstracted (`codeTokens`).
 * So renaming a variable, adding a comment or changing the layout gives the same vector; a wrong constant stays close;
 * another order of operations or another algorithm lies further away. A repeated call counts by the logarithm, so
 * repetition hardly pays. Different n-grams may fall on the same place; the signs make that cancel on average, and with
 * the default dimension a cosine is off by about 0.03.
 *
 * Code without tokens (blank, or only comments) gives the zero vector.
 *
 * @throws RangeError for a dimension that is not a whole number of at least 1.
 */
export function codeEmbedding({
  dimension = 1024,
  tokens = codeTokens,
}: {
  readonly dimension?: number;
  /** The tokenizer: `codeTokens` for JavaScript, `pythonTokens` for Python, or one of your own. */
  readonly tokens?: (code: string) => readonly CodeToken[];
} = {}): Embedding {
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw new RangeError(`dimension: must be a whole number of at least 1, got ${dimension}`);
  }
  return (codes) => {
    const vectors = codes.map((code) => countGrams(tokens(code), dimension));
    const rarity = rarityOf(vectors, dimension);
    for (const vector of vectors) weigh(vector, rarity);
    return vectors;
  };
}

/** `[dimension]`: signed counts of the n-grams that hash to each place. */
function countGrams(tokens: readonly CodeToken[], dimension: number): Float64Array {
  const counts = new Float64Array(dimension);
  for (const { view, shortest, seed } of VIEWS) {
    const hashes = new Int32Array(tokens.length);
    for (let i = 0; i < hashes.length; i++) hashes[i] = hashText((tokens[i] as CodeToken)[view]);
    for (let start = 0; start < hashes.length; start++) {
      let gram: number = seed;
      const end = Math.min(start + LONGEST, hashes.length);
      for (let i = start; i < end; i++) {
        gram = mix(gram ^ (hashes[i] as number));
        if (i - start + 1 >= shortest) addGram(counts, gram);
      }
    }
  }
  return counts;
}

/** The lowest bit of the hash is the sign, the other 31 choose the place. */
function addGram(counts: Float64Array, gram: number): void {
  const place = Math.floor(((gram >>> 1) / 0x80000000) * counts.length);
  counts[place] = (counts[place] as number) + (gram & 1 ? -1 : 1);
}

/** `[dimension]`: 1 + ln((1 + codes) / (1 + codes that hold it)). */
function rarityOf(counts: readonly Float64Array[], dimension: number): Float64Array {
  const rarities = Float64Array.from({ length: counts.length + 1 }, (_, holders) => {
    return 1 + Math.log((1 + counts.length) / (1 + holders));
  });
  const rarity = new Float64Array(dimension);
  for (let place = 0; place < dimension; place++) {
    let holders = 0;
    for (const own of counts) if (own[place] !== 0) holders += 1;
    rarity[place] = rarities[holders] as number;
  }
  return rarity;
}

/** Turns counts into weights, in place: they were made here and nobody else holds them. */
function weigh(vector: Float64Array, rarity: Float64Array): void {
  for (let place = 0; place < vector.length; place++) {
    const count = vector[place] as number;
    if (count !== 0) vector[place] = Math.sign(count) * (1 + Math.log(Math.abs(count))) * (rarity[place] as number);
  }
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Spreads every bit of a 32-bit number over all others; chained, it tells one order of its inputs from another. */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 16)) + 0x9e3779b9) | 0;
}
