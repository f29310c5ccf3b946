import { type Command, Option } from 'commander';

export interface BenchOptions {
  readonly only: readonly string[];
  readonly full?: boolean;
  readonly json?: boolean;
  readonly writeDocs?: boolean;
}

/** What both benchmarks can be told. */
export function withBenchOptions(command: Command): Command {
  const only = new Option('--only <ROW>', 'this row, or all that begin so (sample, sample-d128); may be repeated');
  const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];
  return command
    .addOption(only.default([], 'all rows').argParser(collect))
    .option('--full', 'more samples and more steps; no limit of time')
    .option('--json', 'print the results as the last line of stdout, everything else to stderr')
    .option('--write-docs', 'write the latest result of every row into docs/benchmarks.md');
}
