import { resolve } from 'node:path';
import { Command } from 'commander';
import { trainConfigSchema } from '../config/train-config.js';
import { alignedLine, fittedColumns } from '../display/columns.js';
import { percent } from '../display/numbers.js';
import { terminalOf } from '../display/terminal.js';
import { UsageError } from '../usage-error.js';
import type { CommandContext } from './context.js';
import { exitCodes, listenForInterruption } from './interruption.js';

interface CheckBaseFlags {
  readonly policy?: string;
  readonly evalTasks: string;
  readonly json?: boolean;
}

/** `turnwise check-base`: whether the shipped base is the starting point it must be. */
export function checkBaseCommand(context: CommandContext, finish: (code: number) => void): Command {
  return new Command('check-base')
    .description('measure a base policy on the held-out tasks and hold it against its bars')
    .option('--policy <DIR>', 'the policy to check (default: the shipped base)')
    .option('--eval-tasks <N>', 'held-out tasks per family', '500')
    .option('--json', 'print the result as the last line of stdout, everything else to stderr')
    .action(async ({ policy, evalTasks, json = false }: CheckBaseFlags) => {
      const config = trainConfigSchema.safeParse({ evalTasks: evalTasks === '0' ? Number.NaN : Number(evalTasks) });
      if (!config.success) throw new UsageError(`--eval-tasks: must be an integer of at least 1, got ${evalTasks}`);
      const terminal = terminalOf(json ? context.stderr : context.stdout, context.environment);
      const interruption = listenForInterruption(context.process, (text) => terminal.line(text));
      const { checkBase, BASE_BARS } = await import('../sft/check-base.js');
      const { BASE_DIRECTORY } = await import('../train/base-directory.js');
      try {
        const { families, holds } = await checkBase(
          policy === undefined ? BASE_DIRECTORY : resolve(context.cwd, policy),
          {
            ...config.data,
            signal: interruption.signal,
            onProgress: (label, done, total) => terminal.status(`${label}: ${done} of ${total}`),
          },
        );
        terminal.status('');
        if (interruption.signal.aborted) {
          finish(exitCodes.interrupted);
          return;
        }
        const titles = ['family', 'sampled', 'greedy', 'pass@8', 'valid calls', 'without tools', ''];
        const rows = families.map((check) => [
          check.family,
          percent(check.sampled),
          percent(check.greedy),
          percent(check.passAt8),
          percent(check.validCalls),
          percent(check.withoutTools),
          check.holds ? 'holds' : 'FAILS',
        ]);
        const columns = fittedColumns(titles, rows);
        for (const cells of [titles, ...rows]) terminal.line(alignedLine(columns, cells));
        const [low, high] = BASE_BARS.sampled;
        terminal.line(
          `bars: sampled ${percent(low)} to ${percent(high)}, greedy below ${percent(BASE_BARS.greedy)}, pass@8 above ${percent(BASE_BARS.passAt8)}, valid calls at least ${percent(BASE_BARS.validCalls)}, without tools at most ${percent(BASE_BARS.withoutTools)}; ${evalTasks} tasks per family`,
        );
        if (json)
          context.stdout.write(
            `${JSON.stringify({ holds, evalTasks: Number(evalTasks), families, bars: BASE_BARS })}\n`,
          );
        finish(holds ? exitCodes.ok : exitCodes.failure);
      } finally {
        interruption.dispose();
      }
    });
}
