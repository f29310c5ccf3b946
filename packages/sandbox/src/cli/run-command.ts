import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { exitCodeHelp, exitCodeOf, exitCodes } from './exit-code.js';
import { type Language, naturalNumber, openSandbox, type SandboxFlags, withSandboxFlags } from './open-sandbox.js';
import { UsageError } from './usage-error.js';

interface RunFlags extends SandboxFlags {
  readonly language?: Language;
  readonly seed: number;
  readonly json?: boolean;
}

export function runCommand(): Command {
  return withSandboxFlags(new Command('run'))
    .description('Run a file: what it prints and the value of its last expression.')
    .argument('<file>', 'a .js or .py file, or - for standard input')
    .addOption(
      new Option('--language <name>', 'by default from the name of the file').choices(['javascript', 'python']),
    )
    .option('--seed <n>', 'of random numbers', naturalNumber, 0)
    .option('--json', 'one JSON object: the result')
    .addHelpText(
      'after',
      `
Examples:
  turnwise-sandbox run answer.js
  turnwise-sandbox run --timeout 200 --memory 16 untrusted.js
  turnwise-sandbox run --wheel sympy-1.14.0-py3-none-any.whl --wheel mpmath-1.3.0-py3-none-any.whl solve.py
  echo '1 + 1' | turnwise-sandbox run -
${exitCodeHelp}`,
    )
    .action(async (file: string, flags: RunFlags) => {
      const code = readSource(file);
      const language = flags.language ?? (file.endsWith('.py') ? 'python' : 'javascript');
      const abort = new AbortController();
      process.once('SIGINT', () => abort.abort());
      await using sandbox = await openSandbox(language, flags);
      const result = await sandbox.run(code, { seed: flags.seed, signal: abort.signal });
      if (flags.json) console.log(JSON.stringify(result));
      else if (result.status === 'ok') print(process.stdout, result.text);
      else {
        print(process.stdout, result.output);
        print(process.stderr, `${result.kind}: ${result.message}`);
      }
      process.exitCode = result.status === 'ok' ? exitCodes.ok : exitCodeOf(result.kind);
    });
}

function readSource(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new UsageError(`run: the file must be one that can be read, got ${file}: ${(error as Error).message}`);
  }
}

function print(stream: NodeJS.WriteStream, text: string): void {
  if (text !== '') stream.write(`${text}\n`);
}
