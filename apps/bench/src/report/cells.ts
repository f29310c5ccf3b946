import type { Comparison, RowResult } from '../result.js';

export const TITLES = ['what', 'against', 'ours', 'theirs', 'ratio', '95 %', 'bar', 'verdict', 'samples', 'others'];

/** The cells of a row of the table, in the order of `TITLES`. */
export function cellsOf(result: RowResult): readonly (readonly string[])[] {
  if (result.status === 'not run') return [[result.id, '', '', '', '', '', '', 'not run', '', '']];
  return result.comparisons.map(comparisonCells);
}

function comparisonCells(comparison: Comparison): readonly string[] {
  const { title, against, unit, ours, peer, ratio, bar, verdict, samples, othersLoad } = comparison;
  const single = ratio.low === ratio.high || Number.isNaN(ratio.mean);
  return [
    title,
    against,
    valueText(ours, unit),
    valueText(peer, unit),
    ratioText(ratio.mean),
    single ? '' : `${ratioText(ratio.low)} to ${ratioText(ratio.high)}`,
    bar === null ? '' : `${bar.rule} ${bar.value}`,
    verdict ?? '',
    String(samples),
    othersLoad === null ? '' : othersLoad.toFixed(1),
  ];
}

function valueText(value: number | null, unit: Comparison['unit']): string {
  if (value === null) return '';
  switch (unit) {
    case 'ms':
      return `${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`;
    case 'tokens/s':
      return `${Math.round(value).toLocaleString('en')} tok/s`;
    case 'calls/s':
      return `${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} /s`;
    case 'MB':
      return `${Math.round(value).toLocaleString('en')} MB`;
    case 'tensors':
    case 'difference':
      return String(value);
    case 'accuracy':
      return `${(100 * value).toFixed(1)} %`;
    default:
      throw new RangeError(`unit: a known one, got ${String(unit satisfies never)}`);
  }
}

/** Three significant digits: `0.412`, `6.03`, `2.1e-5`; nothing for what is no number. */
export function ratioText(ratio: number | null): string {
  if (ratio === 0) return '0';
  // Not compared; `null` once it was saved.
  if (ratio === null || Number.isNaN(ratio)) return '';
  return Math.abs(ratio) < 1e-3 ? ratio.toExponential(1) : ratio.toPrecision(3);
}
