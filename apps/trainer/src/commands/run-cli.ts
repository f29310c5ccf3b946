import { Command, CommanderError } from 'commander';
import { UsageError } from '../usage-error.js';
import { checkBaseCommand } from './check-base-command.js';
import { checkLearningCommand } from './check-learning-command.js';
import { compareCommand } from './compare-command.js';
import type { CommandContext } from './context.js';
import { doctorCommand } from './doctor-command.js';
import { evalCommand } from './eval-command.js';
import { exitCodes } from './interruption.js';
import { resumeCommand } from './resume-command.js';
import { sftCommand } from './sft-command.js';
import { trainCommand } from './train-command.js';

const examples = `
Examples:
  turnwise                                        train the embedded default with GTPO
  turnwise --algorithm grpo --seed 2              the same tasks and budget with GRPO
  turnwise --reward format                        the control: what of a gain is only format
  turnwise --reward ./my-reward.ts --updates 20   your own reward
  turnwise --tasks my-tasks.jsonl --policy ./my-checkpoint --out runs/mine
  turnwise resume runs/mine                       go on after an interruption
  turnwise compare runs/mine runs/other           paired difference with its interval

Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted (saved if the run says so).
`;

/** Runs one command line; returns the exit code. Errors are told on stderr, those of usage without a stack trace. */
export async function runCli(args: readonly string[], context: CommandContext): Promise<number> {
  let code: number = exitCodes.ok;
  const finish = (result: number) => {
    code = result;
  };
  const train = trainCommand(context, finish);
  const others = [
    resumeCommand(context, finish),
    evalCommand(context, finish),
    compareCommand(context),
    doctorCommand(context, finish),
    sftCommand(context, finish),
    checkBaseCommand(context, finish),
    checkLearningCommand(context, finish),
  ];
  try {
    await programOf(args, context, train, others).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    return tell(error, context);
  }
}

function programOf(
  args: readonly string[],
  context: CommandContext,
  train: Command,
  others: readonly Command[],
): Command {
  const program = new Command('turnwise')
    .description('Trains tool-using language models with GTPO, on this machine.')
    .version(context.version)
    .helpCommand(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('(--help shows every option)');
  // A first word that is no command is a misspelt command, not something to train with.
  const [first] = args;
  program.addCommand(train, { isDefault: first === undefined || first.startsWith('-') });
  for (const command of others) program.addCommand(command);
  for (const command of [train, ...others]) command.copyInheritedSettings(program);
  return program.addHelpText('after', () => `\n${optionsText(train)}${examples}`);
}

/** The options of `train`, as its own help lists them. */
function optionsText(train: Command): string {
  const text = train.helpInformation();
  return `Options of train, the default command:${text.slice(text.indexOf('Options:') + 'Options:'.length)}`;
}

function tell(error: unknown, context: CommandContext): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  const usage = error instanceof UsageError || (error as Error).cause instanceof UsageError;
  context.stderr.write(`error: ${(error as Error).message}\n`);
  if (!usage && context.environment['TURNWISE_DEBUG'] !== undefined) context.stderr.write(`${fullStack(error)}\n`);
  return usage ? exitCodes.usage : exitCodes.failure;
}

function fullStack(error: unknown): string {
  const { stack, cause } = error as Error;
  return cause === undefined ? String(stack) : `${stack}\ncaused by ${fullStack(cause)}`;
}
