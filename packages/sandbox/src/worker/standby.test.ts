import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { Standby } from './standby.js';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Four steps, and what was done of them. */
function* steps(done: string[]): Generator<void, void> {
  try {
    for (const step of ['a', 'b', 'c', 'd']) {
      done.push(step);
      yield;
    }
  } finally {
    done.push('end');
  }
}

test('does all steps when nobody asks, and ends once', async () => {
  const done: string[] = [];
  const standby = new Standby(steps(done), 1);
  await later(50);
  standby.end();
  standby.end();
  expect(done).toEqual(['a', 'b', 'c', 'd', 'end']);
});

test('ended before it began, it does nothing', async () => {
  const done: string[] = [];
  new Standby(steps(done), 1).end();
  await later(20);
  expect(done).toEqual([]);
});

test('ended between two steps, it does no further one and cleans up', async () => {
  const done: string[] = [];
  const standby = new Standby(steps(done), 0);
  while (done.length < 2) await new Promise((resolve) => setImmediate(resolve));
  standby.end();
  await later(20);
  expect(done).toEqual(['a', 'b', 'end']);
});

test('input that has come when its time is up is read before the first step', async () => {
  const done: string[] = [];
  // It answers 50 ms later, in a process of its own, while this one is busy and the time runs out.
  const echo = spawn(process.execPath, [
    '-e',
    'process.stdin.once("data", () => setTimeout(() => console.log(1), 50))',
  ]);
  await later(500);
  echo.stdin.write('x');
  await later(10);
  const standby = new Standby(steps(done), 5);
  echo.stdout.once('data', () => {
    done.push('input');
    standby.end();
  });
  const until = performance.now() + 300;
  while (performance.now() < until);
  await later(20);
  echo.kill();
  expect(done).toEqual(['input']);
});
