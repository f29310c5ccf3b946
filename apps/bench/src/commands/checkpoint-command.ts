import { Command } from 'commander';
import { checkpointRow } from '../rows/checkpoint-row.js';
import { type BenchOptions, withBenchOptions } from './bench-options.js';
import { runBench } from './run-bench.js';

const LIMIT_SECONDS = 15 * 60;

/** `bench checkpoint`: a real model's size against transformers and PEFT. */
export function checkpointCommand(finish: (code: number) => void): Command {
  const command = new Command('checkpoint').description(
    "a model of Qwen3-0.6B's shape: load, sample, one LoRA step, against transformers and PEFT",
  );
  return withBenchOptions(command).action(async (options: BenchOptions) => {
    const requirements = ['requirements.txt'];
    const bench = { name: 'checkpoint', rows: [checkpointRow()], device: 'cpu', requirements } as const;
    finish(await runBench({ ...bench, limitSeconds: LIMIT_SECONDS }, options));
  });
}
