import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { trainConfigSchema } from '../config/train-config.js';
import { flagOf } from '../config/train-options.js';
import { duration } from '../display/numbers.js';
import { terminalOf } from '../display/terminal.js';
import { UsageError } from '../usage-error.js';
import type { CommandContext } from './context.js';
import { exitCodes, listenForInterruption } from './interruption.js';
import { shown } from './train-command.js';

const sftSchema = z.strictObject({
  out: z.string(),
  seed: z.coerce.number().int().min(0),
  demonstrations: z.coerce.number().int().min(1),
  steps: z.coerce.number().int().min(1),
  rowsPerStep: z.coerce.number().int().min(1),
  learningRate: z.coerce.number().positive(),
  minCalls: z.coerce.number().int().min(2).max(8).optional(),
  maxCalls: z.coerce.number().int().min(2).max(8).optional(),
  maxTurns: z.coerce.number().int().min(1).optional(),
  backend: trainConfigSchema.shape.backend.optional(),
});

/** `turnwise sft`: makes a base policy from scripted demonstrations. */
export function sftCommand(context: CommandContext, finish: (code: number) => void): Command {
  return new Command('sft')
    .description('make a base policy from generated demonstrations (this made the shipped one)')
    .requiredOption('--out <DIR>', 'folder of the new policy')
    .option('--seed <N>', 'seed of weights, tasks and demonstrations', '1')
    .option('--demonstrations <N>', 'demonstrations', '90000')
    .option('--steps <N>', 'optimizer steps', '5000')
    .option('--rows-per-step <N>', 'demonstrations per step', '40')
    .option('--learning-rate <X>', 'peak of a cosine schedule', '0.002')
    .option('--min-calls <N>', 'least tool calls a task needs, 2 to 8 (default: as each family)')
    .option('--max-calls <N>', 'most tool calls a task needs, 2 to 8 (default: as each family)')
    .option('--max-turns <N>', 'turns of a demonstration (default: as train)')
    .option('--backend <auto|cuda|native|wasm|cpu>', 'what computes (default auto)')
    .action(async (flags: Readonly<Record<string, string>>) => {
      const parsed = sftSchema.safeParse(flags, { reportInput: true });
      if (!parsed.success) {
        throw new UsageError(
          parsed.error.issues.map(({ path, message }) => `${flagOf(String(path[0]))}: ${message}`).join('\n'),
        );
      }
      const { out, minCalls, maxCalls, maxTurns, backend, ...options } = parsed.data;
      const directory = resolve(context.cwd, out);
      if (existsSync(directory)) throw new UsageError(`--out ${out}: is there already; name a new folder`);
      const defaults = trainConfigSchema.parse({});
      const terminal = terminalOf(context.stdout, context.environment);
      const interruption = listenForInterruption(context.process, (text) => terminal.line(text));
      const start = context.now();
      const { trainBase } = await import('../sft/train-base.js');
      const { BASE_MIX } = await import('../sft/strategy-mix.js');
      try {
        await trainBase(directory, {
          ...options,
          backend: backend ?? defaults.backend,
          maxTurns: maxTurns ?? defaults.maxTurns,
          maxTokensPerTurn: defaults.maxTokensPerTurn,
          mix: BASE_MIX,
          lengths: { ...(minCalls === undefined ? {} : { minCalls }), ...(maxCalls === undefined ? {} : { maxCalls }) },
          signal: interruption.signal,
          onProgress: (progress) => {
            const { stage, done, total } = progress;
            const loss = stage === 'steps' ? `, loss ${progress.loss.toFixed(4)}` : '';
            const seconds = (context.now() - start) / 1000;
            const text = `${stage} ${done} of ${total}${loss}, ${duration(seconds)}`;
            if (done % 100 === 0 || done === total) terminal.line(text);
            else terminal.status(text);
          },
        });
        if (interruption.signal.aborted) {
          finish(exitCodes.interrupted);
          return;
        }
        terminal.line(
          `base policy: ${shown(context.cwd, directory)}; check it with: turnwise check-base --policy ${out}`,
        );
      } finally {
        interruption.dispose();
      }
    });
}
