import { expect, test } from 'vitest';
import { alternateRuns } from './alternate-runs.js';

/** Runs of so many seconds each, on a clock that they move. */
function toys(seconds: readonly number[]) {
  let time = 0;
  const order: number[] = [];
  const run = async (side: number) => {
    order.push(side);
    time += seconds[side] as number;
    return { cpuSeconds: 0, at: time };
  };
  return { run, order, now: () => time };
}

test('each round begins with another side; reports stay with theirs', async () => {
  const { run, order, now } = toys([1, 10]);
  const { reports } = await alternateRuns(run, { sides: 2, seconds: 0, least: 3, most: 9 }, now);
  expect(order).toEqual([0, 1, 1, 0, 0, 1]);
  expect(reports.map((of) => of.map(({ at }) => at))).toEqual([
    [1, 22, 23],
    [11, 21, 33],
  ]);
});

test('goes on until the time is over, and no longer than the most', async () => {
  const slow = toys([1, 2]);
  // A round takes 3 s: begun at 0, 3, 6, 9.
  await alternateRuns(slow.run, { sides: 2, seconds: 10, least: 1, most: 50 }, slow.now);
  expect(slow.order).toHaveLength(8);
  const many = toys([1, 2]);
  await alternateRuns(many.run, { sides: 2, seconds: 1000, least: 1, most: 2 }, many.now);
  expect(many.order).toHaveLength(4);
});
