import type { SignTest } from '@turnwise/advantages';
import { alignedLine, fittedColumns } from '../display/columns.js';
import { percent, percentInterval, points } from '../display/numbers.js';
import type { PairedGain } from '../train-observer.js';
import type { Comparison, Difference } from './compare-groups.js';

/** A comparison as lines: accuracies after training, difference in points, and its intervals over tasks and seeds. */
export function comparisonText({ seeds, differences }: Comparison): readonly string[] {
  const titles = [
    '',
    'tasks',
    'left',
    'right',
    'left - right',
    '95 % over tasks',
    `95 % over ${seeds.length} seeds`,
    'signs',
  ];
  const width = seeds.length < 2 ? titles.length - 2 : titles.length;
  const rows = differences.map((difference) => rowOf(difference).slice(0, width));
  const columns = fittedColumns(titles.slice(0, width), rows);
  return [
    alignedLine(columns, titles.slice(0, width)),
    ...rows.map((row) => alignedLine(columns, row)),
    '',
    'An interval that holds 0 shows no difference.',
    seeds.length < 2
      ? 'The interval is over tasks, for these two trainings: another seed may turn out otherwise.'
      : 'Over tasks: for these trainings. Over seeds: for trainings with other seeds; this is the one to go by.',
  ];
}

function rowOf({ family, mode, tasks, left, right, overTasks, overSeeds, signsOverSeeds }: Difference): string[] {
  return [
    `${family}, ${mode}`,
    String(tasks),
    percent(left),
    percent(right),
    points(overTasks.mean),
    interval(overTasks),
    overSeeds === null ? '' : interval(overSeeds),
    signsOverSeeds === null ? '' : signs(signsOverSeeds),
  ];
}

/** `3 up, 1 down, p = 0.63`: the exact sign test. */
const signs = ({ positive, negative, pValue }: SignTest) =>
  `${positive} up, ${negative} down, p = ${pValue.toPrecision(2)}`;

const interval = ({ low, high }: PairedGain) => percentInterval(low, high);
