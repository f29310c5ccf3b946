import type { RowResult } from '../result.js';
import { NotRun, type Row, type RowContext } from './row-context.js';

export interface RunOptions {
  /** No row begins after so many seconds. */
  readonly limitSeconds: number;
  readonly onRow: (result: RowResult, row: Row) => void;
  readonly now?: () => Date;
}

/** Measures one row after another. One that fails is told with its reason and does not end the others. */
export async function runRows(
  rows: readonly Row[],
  context: RowContext,
  { limitSeconds, onRow, now = () => new Date() }: RunOptions,
): Promise<readonly RowResult[]> {
  const start = now().getTime();
  const results: RowResult[] = [];
  for (const row of rows) {
    const begin = now();
    const late = (begin.getTime() - start) / 1000 > limitSeconds;
    const result = late
      ? notRun(row, `the ${Math.round(limitSeconds / 60)} minutes were over; run it with --only ${row.id}`)
      : await runRow(row, context, begin, now);
    results.push(result);
    onRow(result, row);
  }
  return results;
}

async function runRow(row: Row, context: RowContext, begin: Date, now: () => Date): Promise<RowResult> {
  if (context.peers.status === 'absent' && row.alone !== true) return notRun(row, context.peers.reason);
  context.report(`${row.id}: ${row.title}`);
  try {
    const measured = await row.measure(context);
    const seconds = (now().getTime() - begin.getTime()) / 1000;
    return { status: 'run', id: row.id, ...measured, seconds, at: begin.toISOString() };
  } catch (error) {
    if (error instanceof NotRun) return notRun(row, error.message);
    return notRun(row, `failed: ${(error as Error).message}`);
  }
}

const notRun = ({ id }: Row, reason: string): RowResult => ({ status: 'not run', id, reason });
