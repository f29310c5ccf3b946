import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type TrainConfig, trainConfigSchema } from '../config/train-config.js';
import { evaluationTable } from '../display/evaluation-table.js';
import { terminalOf } from '../display/terminal.js';
import { terminalDisplay } from '../display/terminal-display.js';
import { readRun } from '../run-directory/read-run.js';
import { UsageError } from '../usage-error.js';
import type { CommandContext } from './context.js';
import { exitCodes, listenForInterruption } from './interruption.js';
import { loadRunModules } from './run-modules.js';

interface EvalOptions {
  readonly evalTasks?: string;
  readonly backend?: string;
  readonly tasks?: string;
  readonly json?: boolean;
}

/** `turnwise eval RUN`: the run's last checkpoint on held-out tasks. Nothing is written. */
export function evalCommand(context: CommandContext, finish: (code: number) => void): Command {
  return new Command('eval')
    .description("evaluate a run's last checkpoint on the held-out tasks, sampled and greedy")
    .argument('<RUN>', 'folder of the run')
    .option('--eval-tasks <N>', 'held-out tasks per family (default: as the run)')
    .option('--tasks <FILE>', 'a JSONL file of tasks (default: as the run)')
    .option('--backend <auto|cuda|native|wasm|cpu>', 'what computes (default: as the run)')
    .option('--json', 'print the report as the last line of stdout, everything else to stderr')
    .action(async (path: string, options: EvalOptions) => {
      const { cwd } = context;
      const directory = resolve(cwd, path);
      const { record, state } = await readRun(directory);
      if (state.checkpoint === null)
        throw new UsageError(`${path}: has no checkpoint yet, so there is nothing to evaluate`);
      const config = evaluationConfig(record.config, options, cwd);
      const { modules } = await loadRunModules(config, cwd);
      const terminal = terminalOf(options.json === true ? context.stderr : context.stdout, context.environment);
      const interruption = listenForInterruption(context.process, (text) => terminal.line(text));
      try {
        const { evaluate } = await context.engine();
        const report = await evaluate(config, {
          ...modules,
          record,
          policy: join(directory, 'checkpoints', state.checkpoint.name),
          observer: terminalDisplay(terminal, context.now),
          signal: interruption.signal,
        });
        if (interruption.signal.aborted) {
          finish(exitCodes.interrupted);
          return;
        }
        for (const line of evaluationTable(report)) terminal.line(line);
        if (options.json === true)
          context.stdout.write(`${JSON.stringify({ directory, update: state.update, ...report })}\n`);
      } finally {
        interruption.dispose();
      }
    });
}

function evaluationConfig(config: TrainConfig, { evalTasks, backend, tasks }: EvalOptions, cwd: string): TrainConfig {
  const parsed = trainConfigSchema.safeParse(
    {
      ...config,
      ...(evalTasks === undefined ? {} : { evalTasks: Number(evalTasks) }),
      ...(backend === undefined ? {} : { backend }),
      ...(tasks === undefined ? {} : { tasks: { kind: 'file', path: resolve(cwd, tasks) } }),
    },
    { reportInput: true },
  );
  if (!parsed.success)
    throw new UsageError(parsed.error.issues.map(({ message, path }) => `${path.join('.')}: ${message}`).join('\n'));
  return parsed.data;
}
