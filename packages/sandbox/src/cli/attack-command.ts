import { Command, InvalidArgumentError } from 'commander';
import type { AttackPhase, AttackReport } from '../attack/index.js';
import { exitCodes } from './exit-code.js';
import { naturalNumber, positiveInteger } from './open-sandbox.js';

interface AttackFlags {
  readonly minutes: number;
  readonly honest?: number;
  readonly attackers?: number;
  readonly children?: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function attackCommand(): Command {
  return new Command('attack')
    .description('A soak: hostile and honest callers together. Honest ones must get right answers throughout.')
    .option('--minutes <n>', 'how long; a quiet run of a fifth of that comes first', positiveNumber, 5)
    .option('--honest <n>', 'callers that want an answer (default: 8)', positiveInteger)
    .option('--attackers <n>', 'callers that attack (default: 4)', positiveInteger)
    .option('--children <n>', 'processes that serve (default: 2)', positiveInteger)
    .option('--seed <n>', 'decides which case comes when', naturalNumber, 1)
    .option('--json', 'one JSON object: the report')
    .addHelpText(
      'after',
      '\nExamples:\n  turnwise-sandbox attack --minutes 5\n  turnwise-sandbox attack --minutes 0.2 --json',
    )
    .action(async ({ json, children, ...flags }: AttackFlags) => {
      const { attack } = await import('../attack/index.js');
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      const report = await attack({
        ...flags,
        ...(children !== undefined && { sandbox: { children } }),
        signal: abort.signal,
        ...(process.stderr.isTTY &&
          !json && {
            onProgress: ({ seconds, honest, hostile }) =>
              void process.stderr.write(`\r${seconds.toFixed(0)} s: ${honest} honest, ${hostile} hostile `),
          }),
      });
      if (process.stderr.isTTY && !json) process.stderr.write('\r\u001b[K');
      console.log(json ? JSON.stringify(report) : told(report));
      process.exitCode = report.passed ? exitCodes.ok : exitCodes.failed;
    });
}

function told({ quiet, attack, hostile, childrenLost, rssMb, jail, faults }: AttackReport): string {
  const outcomes = Object.entries(hostile).map(([outcome, count]) => `${outcome} ${count}`);
  return [
    `quiet         ${phase(quiet)}`,
    `under attack  ${phase(attack)}`,
    `hostile runs  ${outcomes.join(', ')}; children lost ${childrenLost}`,
    `supervisor    ${rssMb.toFixed(0)} MB; jail ${jail.status}: ${jail.detail}`,
    faults.length === 0 ? 'passed' : `FAILED: ${faults.slice(0, 10).join('; ')}`,
  ].join('\n');
}

function phase({ answers, wrong, p50Ms, p99Ms, lagMs }: AttackPhase): string {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `${answers} answers, ${wrong.length} wrong, p50 ${ms(p50Ms)}, p99 ${ms(p99Ms)}, event-loop lag p99 ${ms(lagMs)}`;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a positive number.');
}
