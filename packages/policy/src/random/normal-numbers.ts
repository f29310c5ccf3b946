import { philox } from './philox.js';

/**
 * `count` independent numbers of a normal distribution with mean 0, by the Box-Muller transform of Philox words.
 * `stream` names the numbers: another stream of the same seed is independent of it.
 */
export function normalNumbers(count: number, deviation: number, seed: number, stream: number): Float32Array {
  const result = new Float32Array(count);
  for (let i = 0; i < count; i += 4) {
    const words = philox([i / 4, stream, 0, 0], [seed, 0]);
    for (let pair = 0; pair < 2; pair++) {
      const radius = deviation * Math.sqrt(-2 * Math.log(((words[2 * pair] as number) + 1) * 2 ** -32));
      const angle = 2 * Math.PI * (words[2 * pair + 1] as number) * 2 ** -32;
      if (i + 2 * pair < count) result[i + 2 * pair] = radius * Math.cos(angle);
      if (i + 2 * pair + 1 < count) result[i + 2 * pair + 1] = radius * Math.sin(angle);
    }
  }
  return result;
}
