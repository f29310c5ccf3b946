import { expect, it } from 'vitest';
import type { EvaluationReport, Score, ScorePair } from '../train-observer.js';
import { evaluationTable } from './evaluation-table.js';

const score = (correct: number, total: number, more: Partial<Score> = {}): Score => ({
  accuracy: correct / total,
  correct,
  total,
  interval95: [0.1, 0.9],
  ...more,
});
const pair = (sampled: number, greedy: number, total: number): ScorePair => ({
  ...score(sampled, total),
  greedy: score(greedy, total),
});
const report = (sampled: number, greedy: number): EvaluationReport => ({
  ...score(sampled, 8, { validCallRate: 0.75, accuracyGivenValidCalls: null }),
  greedy: score(greedy, 8, { validCallRate: 1, accuracyGivenValidCalls: 0.5 }),
  families: { math: pair(sampled, greedy, 8) },
  compositions: { unseen: pair(1, 1, 4) },
});

it('shows one evaluation with intervals, rates of calls, families and compositions', () => {
  expect(evaluationTable(report(2, 1))).toEqual([
    'held-out tasks, %           n            sampled             greedy',
    'all                         8  25.0 [10.0, 90.0]  12.5 [10.0, 90.0]',
    '  valid calls                               75.0              100.0',
    '  right, given valid calls                     -               50.0',
    '  math                      8  25.0 [10.0, 90.0]  12.5 [10.0, 90.0]',
    '  unseen compositions       4  25.0 [10.0, 90.0]  25.0 [10.0, 90.0]',
  ]);
});

it('shows before, after and the gain in points, each for sampled and greedy', () => {
  const [header = '', all = ''] = evaluationTable(report(2, 1), report(6, 0));
  expect(header.split(/ {2,}/)).toEqual([
    'held-out tasks, %',
    'n',
    'sampled before',
    'after',
    'gain',
    'greedy before',
    'after',
    'gain',
  ]);
  expect(all.split(/ {2,}/).map((cell) => cell.replace(/ \[.*/, ''))).toEqual([
    'all',
    '8',
    '25.0',
    '75.0',
    '+50.0',
    '12.5',
    '0.0',
    '-12.5',
  ]);
});
