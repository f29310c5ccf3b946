import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A seeded stream of choices, for tasks and demonstrations (policies have their own, keyed one). */
export interface Random {
  /** An integer in [low, high], both included. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
}

/** The stream named by a list of integers: other names, unrelated streams. */
export function randomOf(...name: readonly number[]): Random {
  const generator = xoroshiro128plus(hashIntegers(name));
  const int = (low: number, high: number) => uniformInt(generator, low, high);
  return {
    int,
    pick: (items) => {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new RangeError('items: at least one is needed, got none');
      return item;
    },
    chance: (probability) => int(0, 999_999) < probability * 1_000_000,
  };
}

/** FNV-1a over the characters of a text, as an unsigned 32-bit integer. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

function hashIntegers(values: readonly number[]): number {
  return values.reduce((hash, value) => mix(hash ^ mix(value + 0x9e3779b9)), 0x811c9dc5);
}

/** The finaliser of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
