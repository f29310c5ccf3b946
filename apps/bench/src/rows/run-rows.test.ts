import { expect, test } from 'vitest';
import { exitCodeOf } from '../report/exit-code-of.js';
import type { Comparison } from '../result.js';
import type { Verdict } from '../statistics/verdict.js';
import { compareDifference } from './compare-difference.js';
import { NotRun, type Row, type RowContext } from './row-context.js';
import { runRows } from './run-rows.js';

const context: RowContext = {
  peers: { status: 'ready', python: 'python' },
  full: false,
  device: 'cpu',
  report: () => {},
};
const withoutPeers: RowContext = { ...context, peers: { status: 'absent', reason: 'no Python' } };
const options = { limitSeconds: 60, onRow: () => {} };

function row(id: string, verdict: Verdict | Error, more: Partial<Row> = {}): Row {
  const comparison: Comparison = {
    ...compareDifference(id, 'peer', 0, 1),
    verdict: verdict instanceof Error ? null : verdict,
  };
  const measure = async () => {
    if (verdict instanceof Error) throw verdict;
    return { comparisons: [comparison], sides: [], notes: [] };
  };
  return { id, title: id, measure, ...more };
}

test('a row that fails is told and does not end the others', async () => {
  const rows = [row('a', new Error('broken')), row('b', new NotRun('no network')), row('c', 'holds')];
  const results = await runRows(rows, context, options);
  expect(results.map((result) => (result.status === 'run' ? result.id : result.reason))).toEqual([
    'failed: broken',
    'no network',
    'c',
  ]);
  expect(exitCodeOf(results)).toBe(4);
});

test('without the peers only what needs none is run', async () => {
  const results = await runRows([row('a', 'holds'), row('b', 'holds', { alone: true })], withoutPeers, options);
  expect(results).toMatchObject([
    { status: 'not run', reason: 'no Python' },
    { status: 'run', id: 'b' },
  ]);
  expect(exitCodeOf(results)).toBe(4);
});

test('no row begins after the limit', async () => {
  let time = 0;
  const now = () => new Date(time);
  const slow = row('a', 'holds');
  const measure: Row['measure'] = async (given) => {
    time += 61_000;
    return slow.measure(given);
  };
  const results = await runRows([{ ...slow, measure }, row('b', 'holds')], context, { ...options, now });
  expect(results).toMatchObject([
    { status: 'run', seconds: 61 },
    { status: 'not run', reason: 'the 1 minutes were over; run it with --only b' },
  ]);
});

test('one missed bar is a failure, whatever else is undecided', async () => {
  const results = await runRows([row('a', 'holds'), row('b', 'MISSES'), row('c', 'undecided')], context, options);
  expect(exitCodeOf(results)).toBe(1);
  expect(exitCodeOf(results.slice(0, 1))).toBe(0);
  expect(exitCodeOf(results.slice(2))).toBe(4);
});
