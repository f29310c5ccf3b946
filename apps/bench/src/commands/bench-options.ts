import type { Command } from 'commander';

export interface BenchOptions {
  readonly only: readonly string[];
  readonly full: boolean;
  readonly json: boolean;
  readonly writeDocs: boolean;
}

/** What both benchmarks can be told. */
export function withBenchOptions(command: Command): Command {
  const collect = (value: string, earlier: string[]): string[] => [...earlier, value];
  return command
    .option(
      '--only <ROW>',
      'measure this row, or all that begin so (sample, sample-d128); may be repeated',
      collect,
      [],
    )
    .option('--full', 'more samples and more steps; no limit of time', false)
    .option('--json', 'print the results as the last line of stdout, everything else to stderr', false)
    .option('--write-docs', 'write the latest result of every row into docs/benchmarks.md', false);
}
