import { Command } from 'commander';
import { SANDBOX_ROWS } from '../sandbox/sandbox-rows.js';
import { type BenchOptions, withBenchOptions } from './bench-options.js';
import { runBench } from './run-bench.js';

const LIMIT_SECONDS = 8 * 60;

/** `bench sandbox`: untrusted code in the sandbox against other ways to run it. */
export function sandboxCommand(finish: (code: number) => void): Command {
  const command = new Command('sandbox').description(
    'untrusted code against a process per call, isolates, vm, QuickJS',
  );
  return withBenchOptions(command)
    .addHelpText('after', () => `\nRows: ${SANDBOX_ROWS.map(({ id }) => id).join(', ')}`)
    .action(async (options: BenchOptions) => {
      const bench = { name: 'sandbox', rows: SANDBOX_ROWS, device: 'cpu', requirements: [] } as const;
      finish(await runBench({ ...bench, limitSeconds: LIMIT_SECONDS }, options));
    });
}
