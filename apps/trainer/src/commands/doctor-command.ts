import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { BASE_DIRECTORY } from '../train/base-directory.js';
import { CHECKPOINT_FILES } from '../train/checkpoint-files.js';
import type { CommandContext } from './context.js';
import { exitCodes } from './interruption.js';

/** A part of the trainer that works or says why not. */
interface Check {
  readonly part: string;
  readonly works: boolean;
  readonly detail: string;
}

/** `turnwise doctor`: what this machine computes with, and whether the parts of the trainer work on it. */
export function doctorCommand(context: CommandContext, finish: (code: number) => void): Command {
  return new Command('doctor')
    .description('tell what this machine computes with and what is missing')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { doctor, renderDiagnosis } = await import('@turnwise/accelerator');
      const accelerator = await doctor();
      const checks = [await checkSandbox(), checkBase()];
      const text =
        json === true
          ? JSON.stringify({ version: context.version, accelerator, checks })
          : screen(context, renderDiagnosis(accelerator), checks);
      context.stdout.write(`${text}\n`);
      finish(checks.every(({ works }) => works) ? exitCodes.ok : exitCodes.failure);
    });
}

function screen(context: CommandContext, accelerator: string, checks: readonly Check[]): string {
  return [
    `${'turnwise'.padEnd(14)}${context.version}`,
    accelerator,
    ...checks.map(({ part, works, detail }) => `${part.padEnd(14)}${works ? 'works' : 'FAILS'}: ${detail}`),
  ].join('\n');
}

/** Runs one line of JavaScript in a sandbox. */
async function checkSandbox(): Promise<Check> {
  try {
    const { createSandbox } = await import('@turnwise/sandbox');
    const sandbox = await createSandbox();
    try {
      const result = await sandbox.codeRunner().run('6 * 7');
      const works = result.status === 'ok' && result.text.trim() === '42';
      return {
        part: 'sandbox',
        works,
        detail: works ? 'runs JavaScript in an isolate of its own' : `6 * 7: ${result.status}: ${result.text}`,
      };
    } finally {
      await sandbox.close();
    }
  } catch (error) {
    return { part: 'sandbox', works: false, detail: (error as Error).message };
  }
}

function checkBase(): Check {
  const missing = CHECKPOINT_FILES.filter((name) => !existsSync(join(BASE_DIRECTORY, name)));
  const works = missing.length === 0;
  return {
    part: 'base policy',
    works,
    detail: works ? BASE_DIRECTORY : `${BASE_DIRECTORY} lacks ${missing.join(', ')}`,
  };
}
