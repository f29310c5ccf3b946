import type { TelemetryRecord, UpdateRecord } from '../train-observer.js';
import { alignedLine, type Column } from './columns.js';
import { compact, duration, percent } from './numbers.js';
import type { Terminal } from './terminal.js';

const BAR = 20;
const columns: readonly Column[] = [
  { title: 'update', width: 9, align: 'right' },
  { title: 'reward', width: 7, align: 'right' },
  { title: 'accuracy', width: 8, align: 'right' },
  { title: 'turns', width: 5, align: 'right' },
  { title: 'tool errors', width: 11, align: 'right' },
  { title: 'zero grad', width: 9, align: 'right' },
  { title: 'tok/s', width: 6, align: 'right' },
  { title: 'left', width: 12, align: 'right' },
  { title: 'accuracy curve', width: BAR, align: 'left' },
];

/** The header of the table of updates. */
export function updateHeader(terminal: Terminal): string {
  const line = alignedLine(
    columns,
    columns.map(({ title }) => title),
  );
  return terminal.colours.bold(line);
}

/** One update as one line; the bars at its end, read downwards, are the accuracy's curve. */
export function updateRow(
  terminal: Terminal,
  metrics: UpdateRecord,
  telemetry: TelemetryRecord,
  { updates, secondsLeft }: { readonly updates: number; readonly secondsLeft: number },
): string {
  const row = alignedLine(columns.slice(0, -1), [
    `${metrics.update}/${updates}`,
    metrics.reward.toFixed(3),
    percent(metrics.accuracy),
    metrics.turns.toFixed(2),
    percent(metrics.toolErrorRate),
    percent(metrics.zeroGradientFraction),
    compact(telemetry.sampledTokensPerSecond),
    duration(secondsLeft),
  ]);
  return `${row}  ${terminal.colours.green(bar(metrics.accuracy, terminal.unicode))}`;
}

/** A share as a bar; in Unicode in eighths of a cell. */
export function bar(share: number, unicode: boolean): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * BAR * 8);
  if (!unicode) return '#'.repeat(Math.round(eighths / 8));
  return '█'.repeat(eighths >> 3) + ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths & 7];
}
