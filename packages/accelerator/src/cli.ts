#!/usr/bin/env node
import { Command } from 'commander';
import { AcceleratorError } from './accelerator-error.js';
import { progressWriter } from './cli/progress-writer.js';

/** `turnwise-accelerator install | doctor`. Exit code 0: done; 1: not to be had, said in one line; 130: interrupted. */
const program = new Command('turnwise-accelerator')
  .description('Native TensorFlow under TensorFlow.js.')
  .configureHelp({ showGlobalOptions: true });

program
  .command('install')
  .description('Install native TensorFlow into the cache folder that all projects share.')
  .option('--gpu', "the CUDA build, for NVIDIA's GPUs (Linux x64, 2.4 GB)")
  .option('--from <path>', "TensorFlow's wheel, or a folder of all wheels, to take instead of any download")
  .option('--cache <folder>', 'the cache folder (default: TURNWISE_CACHE, else the one of this user)')
  .option('--force', 'install anew even if it is there')
  .addHelpText(
    'after',
    '\nExamples:\n  turnwise-accelerator install\n  turnwise-accelerator install --gpu\n  turnwise-accelerator install --from ./wheels',
  )
  .action(async (options: { gpu?: boolean; from?: string; cache?: string; force?: boolean }) => {
    const { install } = await import('./install/install.js');
    const began = performance.now();
    const interruption = new AbortController();
    process.once('SIGINT', () => interruption.abort()).once('SIGTERM', () => interruption.abort());
    const result = await install({
      ...options,
      signal: interruption.signal,
      onEvent: progressWriter(process.stdout),
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const kind = { cpu: '', cuda: ' for CUDA', archive: ' (old and slower: no package index had the current one)' };
    const what = `native TensorFlow ${result.tensorflowVersion}${kind[result.build]}`;
    switch (result.status) {
      case 'already-there':
        console.log(`${what} is installed in ${result.folder}`);
        break;
      case 'installed':
        console.log(`${what} installed in ${result.folder} (${seconds} s)`);
        break;
      default:
        result.status satisfies never;
    }
  });

program
  .command('doctor')
  .description('Say which backend this machine has, what is missing, and what mends it.')
  .option('--json', 'for machines')
  .option('--cache <folder>', 'the cache folder (default: TURNWISE_CACHE, else the one of this user)')
  .action(async ({ json, ...options }: { json?: boolean; cache?: string }) => {
    const { doctor } = await import('./doctor/doctor.js');
    const { renderDiagnosis } = await import('./doctor/render-diagnosis.js');
    const diagnosis = await doctor(options);
    console.log(json ? JSON.stringify(diagnosis, null, 2) : renderDiagnosis(diagnosis));
  });

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof Error && error.name === 'AbortError') {
    console.error('interrupted; the same command goes on where it stopped');
    return 130;
  }
  if (error instanceof AcceleratorError || error instanceof RangeError) console.error(error.message);
  else console.error(error);
  return 1;
}
