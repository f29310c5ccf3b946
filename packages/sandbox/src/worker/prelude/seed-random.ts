import type { Primordials } from './primordials.js';

/** `Math.random` by Mulberry32, two draws for the 53 bits of a number. Returns what seeds it. */
export function seedRandom({ define }: Primordials) {
  const { imul } = Math;
  let state = 0;
  function random32(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  define(Math, 'random', () => ((random32() >>> 5) * 67108864 + (random32() >>> 6)) / 9007199254740992);
  return (seed: number): void => {
    state = imul((seed % 4294967296) | 0, 0x9e3779b1) ^ imul((seed / 4294967296) | 0, 0x85ebca6b);
  };
}
