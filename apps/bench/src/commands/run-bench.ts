import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem, type } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { exitCodes } from '../exit-codes.js';
import { ROOT } from '../paths.js';
import { type Peers, setUpPeers } from '../peers/set-up-peers.js';
import { cellsOf, TITLES } from '../report/cells.js';
import { exitCodeOf } from '../report/exit-code-of.js';
import { markdownSection, replaceSection } from '../report/markdown-section.js';
import { readResults, saveResults } from '../report/saved-results.js';
import { textTable } from '../report/text-table.js';
import type { RowResult } from '../result.js';
import { chooseRows } from '../rows/choose-rows.js';
import type { Row, RowContext } from '../rows/row-context.js';
import { runRows } from '../rows/run-rows.js';
import type { BenchOptions } from './bench-options.js';

export interface Bench {
  /** Of the saved results and of the section in the docs. */
  readonly name: 'policy' | 'checkpoint' | 'advantages' | 'sandbox' | 'gpu';
  readonly rows: readonly Row[];
  readonly device: RowContext['device'];
  readonly requirements: readonly string[];
  /** No row begins after so many seconds, unless all is asked for. */
  readonly limitSeconds: number;
}

/** Sets the peers up, measures the rows, prints them, saves them; returns the exit code. */
export async function runBench(bench: Bench, options: BenchOptions): Promise<number> {
  const out = options.json ? process.stderr : process.stdout;
  const line = (text = ''): void => void out.write(`${text}\n`);
  const rows = chosenRows(bench, options);
  if (rows === null) return exitCodes.usage;
  const peers = await peersOf(bench, line);
  const start = performance.now();
  const results = await runRows(
    rows,
    { peers, full: options.full === true, device: bench.device, report: (text) => line(pc.dim(text)) },
    {
      limitSeconds: options.full ? Number.POSITIVE_INFINITY : bench.limitSeconds,
      onRow: (result) => {
        for (const text of rowLines(result)) line(text);
        saveResults(bench.name, [result]);
      },
    },
  );
  const code = exitCodeOf(results);
  line();
  for (const text of textTable([TITLES, ...results.flatMap(cellsOf)])) line(text);
  line();
  line(`${summary(results)}; ${((performance.now() - start) / 60_000).toFixed(1)} min`);
  if (options.writeDocs) writeDocs(bench, line);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ bench: bench.name, exitCode: code, machine: machine(), results })}\n`);
  return code;
}

/** A benchmark without requirements brings its peers along. */
async function peersOf({ requirements }: Bench, line: (text: string) => void): Promise<Peers> {
  if (requirements.length === 0) return { status: 'absent', reason: 'this benchmark has none in Python' };
  const peers = await setUpPeers(requirements, line);
  if (peers.status === 'absent') line(`The peers are not there: ${peers.reason}`);
  return peers;
}

function chosenRows({ rows }: Bench, { only }: BenchOptions): readonly Row[] | null {
  try {
    return chooseRows(rows, only);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return null;
  }
}

/** A row as soon as it is there: each comparison, who called what, what is to be known. */
function rowLines(result: RowResult): string[] {
  if (result.status === 'not run') return [`  not run: ${result.reason}`, ''];
  const indent = (text: string): string => `  ${text}`;
  const sides = result.sides.map(({ name, call, versions, threads }) => {
    const with_ = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
    return `${name}: ${call} (${with_.join(', ')}; threads: ${threads})`;
  });
  return [
    ...[...sides, ...result.notes].map((text) => pc.dim(indent(text))),
    ...textTable(cellsOf(result)).map(indent),
    '',
  ];
}

function summary(results: readonly RowResult[]): string {
  const verdicts = results.flatMap((result) => (result.status === 'run' ? result.comparisons : []));
  const count = (verdict: string): number => verdicts.filter((one) => one.verdict === verdict).length;
  const missing = results.filter(({ status }) => status === 'not run').length;
  return `${count('holds')} hold, ${count('MISSES')} missed, ${count('undecided')} undecided, ${missing} rows not run`;
}

function writeDocs({ name, rows }: Bench, line: (text: string) => void): void {
  const path = join(ROOT, 'docs', 'benchmarks.md');
  const saved = readResults(name);
  const results = rows.map(
    ({ id }): RowResult => saved.get(id) ?? { status: 'not run', id, reason: 'not asked for so far' },
  );
  writeFileSync(path, replaceSection(readFileSync(path, 'utf8'), name, markdownSection(results, machine())));
  line(`written: ${path}`);
}

function machine() {
  const processor = cpus()[0]?.model ?? 'an unknown processor';
  return {
    system: `${type()} ${process.arch}`,
    processor,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  };
}
