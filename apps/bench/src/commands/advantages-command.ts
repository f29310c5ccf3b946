import { Command } from 'commander';
import { ADVANTAGES_ROWS } from '../rows/advantages-rows.js';
import { type BenchOptions, withBenchOptions } from './bench-options.js';
import { runBench } from './run-bench.js';

const LIMIT_SECONDS = 8 * 60;

/** `bench advantages`: estimators of advantages against verl's own functions. */
export function advantagesCommand(finish: (code: number) => void): Command {
  const command = new Command('advantages').description("estimators of advantages against verl's own functions");
  return withBenchOptions(command)
    .addHelpText('after', () => `\nRows: ${ADVANTAGES_ROWS.map(({ id }) => id).join(', ')}`)
    .action(async (options: BenchOptions) => {
      const requirements = ['requirements-verl.txt'];
      const bench = { name: 'advantages', rows: ADVANTAGES_ROWS, device: 'cpu', requirements } as const;
      finish(await runBench({ ...bench, limitSeconds: LIMIT_SECONDS }, options));
    });
}
