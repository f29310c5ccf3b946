#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { advantagesCommand } from './commands/advantages-command.js';
import { checkpointCommand } from './commands/checkpoint-command.js';
import { gpuCommand } from './commands/gpu-command.js';
import { policyCommand } from './commands/policy-command.js';
import { profileCommand } from './commands/profile-command.js';
import { sandboxCommand } from './commands/sandbox-command.js';
import { exitCodes } from './exit-codes.js';

const examples = `
Examples:
  npm run bench -- policy                       every row, at most 15 minutes after the set-up
  npm run bench -- policy --only sample-d128    three rows
  npm run bench -- policy --full --write-docs   more samples; the table of docs/benchmarks.md
  npm run bench -- advantages                   estimators of advantages against verl's own
  npm run bench -- sandbox                      untrusted code, in 5 minutes
  npm run bench -- checkpoint                   Qwen3-0.6B in shape, against transformers and PEFT
  npm run bench -- gpu                          on a GPU, where there is one
  npm run bench -- profile --only step-d128     where a training step's time goes
  npm run bench -- policy --json | tail -1      for machines

Exit codes: 0 every bar holds (or there is no GPU to measure), 1 a bar is missed, 2 wrong usage, 3 the set-up failed,
4 nothing is missed, but a row is undecided (its interval straddles the bar) or could not be run.
`;

let code: number = exitCodes.ok;
const finish = (result: number): void => {
  code = result;
};
const commands = [
  policyCommand(finish),
  checkpointCommand(finish),
  advantagesCommand(finish),
  sandboxCommand(finish),
  gpuCommand(finish),
  profileCommand(finish),
];
const program = new Command('bench')
  .description('Measures Turnwise against its peers, taking turns, and holds each ratio to its bar.')
  .exitOverride()
  .addHelpText('after', examples);
for (const command of commands) {
  program.addCommand(command);
  command.copyInheritedSettings(program);
}
try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  code = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
process.exitCode = code;
