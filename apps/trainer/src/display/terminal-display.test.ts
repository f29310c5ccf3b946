import { expect, it } from 'vitest';
import type { TelemetryRecord, UpdateRecord } from '../train-observer.js';
import { terminalOf } from './terminal.js';
import { terminalDisplay } from './terminal-display.js';

const metrics = (update: number): UpdateRecord => ({
  update,
  policyVersion: update,
  reward: 0.25,
  accuracy: 0.5,
  turns: 2.5,
  toolErrorRate: 0.125,
  zeroGradientFraction: 0.25,
  phantomGroupFraction: 0,
  families: {},
  events: [],
});
const telemetry = (update: number, seconds: number): TelemetryRecord => ({
  update,
  seconds,
  sampledTokensPerSecond: 12_345,
  algorithmShare: 0.001,
  rssBytes: 1,
});

function display(environment: Record<string, string> = {}) {
  const written: string[] = [];
  let milliseconds = 0;
  const observer = terminalDisplay(
    terminalOf({ write: (text) => written.push(text) }, environment),
    () => milliseconds,
  );
  return {
    observer,
    wait: (seconds: number) => {
      milliseconds += 1000 * seconds;
    },
    lines: () => written.join('').split('\n'),
  };
}

const start = {
  directory: 'runs/mine',
  algorithm: 'gtpo',
  backend: 'native',
  updates: 45,
  trajectoriesPerUpdate: 120,
  parameters: 820_000,
  families: ['math', 'program'],
  seed: 1,
  trainTasks: Number.POSITIVE_INFINITY,
  evalTasks: 1000,
  earlier: [],
};

it('prints one line per update, the time left from recent updates, and the header again now and then', () => {
  const { observer, lines } = display({ LANG: 'C' });
  observer.onStart(start);
  for (let update = 1; update <= 41; update++)
    observer.onUpdate(metrics(update), telemetry(update, update <= 31 ? 100 : 3));
  const headers = lines().filter((line) => line.includes('tool errors'));
  expect(headers).toHaveLength(3);
  // The ten last updates took 3 s each and four are left.
  expect(lines().find((line) => line.includes('41/45'))).toBe(
    '    41/45    0.250    50.0 %   2.50       12.5 %     25.0 %   12.3k        12.0 s  ##########',
  );
});

it('counts the updates before a resume in the curve and the greeting', () => {
  const { observer, lines } = display();
  observer.onStart({ ...start, earlier: [metrics(1), metrics(2)] });
  observer.onUpdate(metrics(3), telemetry(3, 1));
  observer.onEnd({
    status: 'interrupted',
    directory: 'runs/mine',
    updates: 3,
    trainingSeconds: 185,
    algorithmShare: 0.0042,
    evaluation: {},
    gains: { sampled: { mean: 0.4, low: 0.35, high: 0.45 }, greedy: { mean: 0.3, low: 0.2, high: 0.4 } },
    files: [{ label: 'run', path: 'runs/mine/run.json' }],
  });
  const text = lines().join('\n');
  expect(text).toContain('writing to runs/mine, going on after update 2');
  expect(text).toContain('update 3');
  expect(text).toContain('sampled +40.0 points [35.0, 45.0], greedy +30.0 points [20.0, 40.0]');
  expect(text).toContain('3 updates, 3 min 05 s of training; the algorithm itself took 0.42 % of it');
  expect(text).toContain('  run  runs/mine/run.json');
  expect(text).toContain('Interrupted and saved. Go on with: turnwise resume runs/mine');
});

it('tells the beginning and the end of long work where no line can be replaced', () => {
  const { observer, wait, lines } = display();
  observer.onProgress({ label: 'evaluating before, sampled', done: 0, total: 1500 });
  wait(4);
  observer.onProgress({ label: 'evaluating before, sampled', done: 700, total: 1500 });
  observer.onProgress({ label: 'evaluating before, sampled', done: 1500, total: 1500 });
  expect(lines()).toEqual(['evaluating before, sampled ...', 'evaluating before, sampled: 1500 in 4.0 s', '']);
});

it('shows a warning with its update', () => {
  const { observer, lines } = display();
  observer.onEvent({ kind: 'tool-timeout', message: 'a tool ran into the wall clock', update: 7, level: 'warning' });
  expect(lines()[0]).toBe('warning: update 7: a tool ran into the wall clock');
});
