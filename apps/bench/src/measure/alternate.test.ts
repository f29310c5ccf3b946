import { expect, test } from 'vitest';
import { alternate } from './alternate.js';

/** Sides that take `seconds` each time, note who was asked, and move a clock. */
function toys(seconds: readonly number[]) {
  let time = 0;
  const asked: string[] = [];
  const sides = seconds.map((once, index) => ({
    ask: async <T>(action: string, { repeats }: { readonly repeats?: unknown } = {}) => {
      asked.push(`${'abc'[index]}${action === 'sample' ? repeats : action}`);
      time += once * Number(repeats);
      return { seconds: once, cpuSeconds: 0 } as T;
    },
  }));
  return { sides, asked, now: () => time };
}

test('takes turns, begins each round with another side, and repeats what is short', async () => {
  const { sides, asked, now } = toys([0.1, 0.5]);
  const { seconds } = await alternate(sides, { seconds: 0, least: 3, most: 9 }, now);
  // One uncounted sample each; then 0.4 s of the first are 4 repeats, and of the second 1.
  expect(asked).toEqual(['a1', 'b1', 'a4', 'b1', 'b1', 'a4', 'a4', 'b1']);
  expect(seconds).toEqual([
    [0.1, 0.1, 0.1],
    [0.5, 0.5, 0.5],
  ]);
});

test('goes on until the time is over, and no longer than the most', async () => {
  const { sides, now } = toys([1, 2]);
  // A round takes 3 s: begun at 0, 3, 6, 9.
  expect((await alternate(sides, { seconds: 10, least: 1, most: 50 }, now)).seconds[0]).toHaveLength(4);
  expect((await alternate(sides, { seconds: 1000, least: 1, most: 7 }, now)).seconds[1]).toHaveLength(7);
});
