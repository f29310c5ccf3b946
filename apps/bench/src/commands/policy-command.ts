import { Command } from 'commander';
import { POLICY_ROWS } from '../rows/policy-rows.js';
import { type BenchOptions, withBenchOptions } from './bench-options.js';
import { runBench } from './run-bench.js';

/** A row that has begun may take two minutes; a quarter of an hour is kept to. */
const LIMIT_SECONDS = 13 * 60;

/** `bench policy`: the engine against PyTorch, transformers and TRL on the processor. */
export function policyCommand(finish: (code: number) => void): Command {
  const command = new Command('policy').description('sampling, training and memory against PyTorch, on the processor');
  return withBenchOptions(command)
    .addHelpText('after', () => `\nRows: ${POLICY_ROWS.map(({ id }) => id).join(', ')}`)
    .action(async (options: BenchOptions) => {
      const requirements = ['requirements.txt'];
      const bench = { name: 'policy', rows: POLICY_ROWS, device: 'cpu', requirements } as const;
      finish(await runBench({ ...bench, limitSeconds: LIMIT_SECONDS }, options));
    });
}
