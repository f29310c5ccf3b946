import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import type { SandboxSession } from '../session/sandbox-session.js';
import { isIncomplete } from './is-incomplete.js';
import { type Language, naturalNumber, openSandbox, type SandboxFlags, withSandboxFlags } from './open-sandbox.js';

interface ReplFlags extends SandboxFlags {
  readonly language: Language;
  readonly seed: number;
}

export function replCommand(): Command {
  return withSandboxFlags(new Command('repl'))
    .description('Type code into a session. .reset begins a new one, .exit ends.')
    .addOption(new Option('--language <name>').choices(['javascript', 'python']).default('javascript'))
    .option('--seed <n>', 'of random numbers', naturalNumber, 0)
    .addHelpText(
      'after',
      '\nExamples:\n  turnwise-sandbox repl\n  turnwise-sandbox repl --language python --timeout 10000',
    )
    .action(async ({ language, seed, ...flags }: ReplFlags) => {
      await using sandbox = await openSandbox(language, flags);
      await converse(language, () => sandbox.session({ seed }));
    });
}

/** Reads lines until they end; what is incomplete waits for more. Prompts only where somebody types. */
async function converse(language: Language, open: () => Promise<SandboxSession>): Promise<void> {
  const terminal = process.stdin.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    ...(terminal && { output: process.stdout }),
    terminal,
    prompt: '> ',
  });
  let session = await open();
  let source = '';
  if (terminal) lines.prompt();
  for await (const line of lines) {
    if (source === '' && line.trim() === '.exit') break;
    if (source === '' && line.trim() === '.reset') {
      await session.close();
      session = await open();
    } else {
      source = source === '' ? line : `${source}\n${line}`;
      if (!isIncomplete(language, source)) {
        await show(session, source);
        source = '';
      }
    }
    lines.setPrompt(source === '' ? '> ' : '… ');
    if (terminal) lines.prompt();
  }
  if (source !== '') await show(session, source);
  lines.close();
  await session.close();
}

async function show(session: SandboxSession, source: string): Promise<void> {
  if (source.trim() === '') return;
  const result = await session.run(source);
  if (result.status === 'ok') {
    if (result.text !== '') console.log(result.text);
    return;
  }
  if (result.output !== '') console.log(result.output);
  console.log(`${result.kind}: ${result.message}`);
}
