import { Command } from 'commander';
import { exitCodes } from '../exit-codes.js';
import { WORKER } from '../paths.js';
import { Side } from '../protocol/side.js';
import { GPU_ROWS } from '../rows/gpu-rows.js';
import { type BenchOptions, withBenchOptions } from './bench-options.js';
import { runBench } from './run-bench.js';

const LIMIT_SECONDS = 8 * 60;

/** `bench gpu`: the same on a GPU; without one it says why and ends well. */
export function gpuCommand(finish: (code: number) => void): Command {
  const command = new Command('gpu').description('the same work on an NVIDIA GPU; without one it says why and ends');
  return withBenchOptions(command)
    .addHelpText('after', () => `\nRows: ${GPU_ROWS.map(({ id }) => id).join(', ')}`)
    .action(async (options: BenchOptions) => {
      const reason = await whyNoGpu();
      if (reason !== null) {
        (options.json ? process.stderr : process.stdout).write(`not run: ${reason}\n`);
        if (options.json) process.stdout.write(`${JSON.stringify({ bench: 'gpu', exitCode: 0, notRun: reason })}\n`);
        return finish(exitCodes.ok);
      }
      const requirements = ['requirements.txt', 'requirements-cuda.txt'];
      const bench = { name: 'gpu', rows: GPU_ROWS, device: 'cuda', requirements } as const;
      finish(await runBench({ ...bench, limitSeconds: LIMIT_SECONDS }, options));
    });
}

/** In a process of its own: TensorFlow takes the GPU until its process ends. */
async function whyNoGpu(): Promise<string | null> {
  const job = JSON.stringify({ kind: 'probe' });
  const side = await Side.start({ name: 'Turnwise', file: process.execPath, args: [WORKER, job] });
  await side.end();
  return side.ready['reason'] as string | null;
}
