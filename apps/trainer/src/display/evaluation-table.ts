import type { EvaluationReport, Score, ScorePair } from '../train-observer.js';
import { alignedLine, fittedColumns } from './columns.js';
import { percentInterval, percentNumber, points } from './numbers.js';

/**
 * Held-out accuracy as a table, in per cent with 95 % intervals: sampled and greedy, before and after, per family, and
 * apart for compositions that occur in training and that never do. Without `after` only the columns of `before`.
 */
export function evaluationTable(before: EvaluationReport, after?: EvaluationReport): readonly string[] {
  const titles =
    after === undefined
      ? ['held-out tasks, %', 'n', 'sampled', 'greedy']
      : ['held-out tasks, %', 'n', 'sampled before', 'after', 'gain', 'greedy before', 'after', 'gain'];
  const rows = pairsOf(before).flatMap(([name, earlier]) => {
    const later = after === undefined ? undefined : new Map(pairsOf(after)).get(name);
    return after !== undefined && later === undefined ? [] : rowsOf(name, earlier, later);
  });
  const columns = fittedColumns(titles, rows);
  return [alignedLine(columns, titles), ...rows.map((row) => alignedLine(columns, row))];
}

function pairsOf(report: EvaluationReport): [string, ScorePair][] {
  const { families, compositions = {} } = report;
  return [
    ['all', report],
    ...Object.entries(families).map(([name, pair]): [string, ScorePair] => [`  ${name}`, pair]),
    ...Object.entries(compositions).map(([name, pair]): [string, ScorePair] => [`  ${name} compositions`, pair]),
  ];
}

function rowsOf(name: string, before: ScorePair, after: ScorePair | undefined): string[][] {
  const cells = (of: (score: Score) => string, gain: (earlier: Score, later: Score) => string): string[] =>
    after === undefined
      ? [of(before), of(before.greedy)]
      : [
          of(before),
          of(after),
          gain(before, after),
          of(before.greedy),
          of(after.greedy),
          gain(before.greedy, after.greedy),
        ];
  const rows = [
    [name, String(before.total), ...cells(accuracy, (earlier, later) => points(later.accuracy - earlier.accuracy))],
  ];
  if (name === 'all') {
    rows.push([
      '  valid calls',
      '',
      ...cells(
        ({ validCallRate }) => optional(validCallRate),
        () => '',
      ),
    ]);
    rows.push([
      '  right, given valid calls',
      '',
      ...cells(
        ({ accuracyGivenValidCalls }) => optional(accuracyGivenValidCalls),
        () => '',
      ),
    ]);
  }
  return rows;
}

function accuracy({ accuracy: share, interval95: [low, high] }: Score): string {
  return `${percentNumber(share)} ${percentInterval(low, high)}`;
}

function optional(share: number | null | undefined): string {
  return share === null || share === undefined ? '-' : percentNumber(share);
}
