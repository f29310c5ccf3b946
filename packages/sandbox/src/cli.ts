#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { attackCommand } from './cli/attack-command.js';
import { doctorCommand } from './cli/doctor-command.js';
import { exitCodeHelp, exitCodes } from './cli/exit-code.js';
import { type SandboxFlags, withSandboxFlags } from './cli/open-sandbox.js';
import { replCommand } from './cli/repl-command.js';
import { runCommand } from './cli/run-command.js';
import { serveCommand } from './cli/serve-command.js';
import { UsageError } from './cli/usage-error.js';

const program = new Command('turnwise-sandbox')
  .description('Runs code that nobody vouches for.')
  .addHelpText('after', exitCodeHelp)
  .exitOverride();

const mcp = withSandboxFlags(new Command('mcp'))
  .description('Serve a sandbox session as an MCP server over standard input and output.')
  .option('--python', 'offer Python too: needs bubblewrap and the package pyodide')
  .addHelpText(
    'after',
    '\nNeeds the package @modelcontextprotocol/sdk.\n\nExamples:\n  turnwise-sandbox mcp\n  turnwise-sandbox mcp --python --timeout 10000',
  )
  .action(async (flags: SandboxFlags & { readonly python?: boolean }) => {
    const { serveMcp } = await import('./cli/mcp-command.js');
    await serveMcp(flags);
  });

for (const command of [runCommand(), replCommand(), serveCommand(), mcp, doctorCommand(), attackCommand()]) {
  program.addCommand(command.exitOverride());
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof UsageError || error instanceof RangeError) {
    console.error(error.message);
    return exitCodes.usage;
  }
  if (error instanceof Error && error.name === 'AbortError') {
    console.error('interrupted');
    return exitCodes.interrupted;
  }
  const missing = (error as NodeJS.ErrnoException | null)?.code === 'ERR_MODULE_NOT_FOUND';
  const message = error instanceof Error ? error.message : String(error);
  console.error(missing ? `a package is missing, install it beside @turnwise/sandbox: ${message}` : message);
  return exitCodes.unavailable;
}
