import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Sandbox } from '../create-sandbox.js';
import { serveFusion } from '../fusion/index.js';
import { exitCodes } from './exit-code.js';
import { naturalNumber, openSandbox, positiveInteger, type SandboxFlags, withSandboxFlags } from './open-sandbox.js';
import { UsageError } from './usage-error.js';

interface ServeFlags extends SandboxFlags {
  readonly host: string;
  readonly port: number;
  readonly tokenFile?: string;
  readonly python?: boolean;
  readonly bodyBytes?: number;
  readonly maxRequests?: number;
  readonly grace: number;
}

export function serveCommand(): Command {
  return withSandboxFlags(new Command('serve'))
    .description("Answer SandboxFusion's POST /run_code, for trainers in any language.")
    .option('--host <address>', 'beyond loopback a token is needed', '127.0.0.1')
    .option('--port <n>', '0 takes a free one', naturalNumber, 8080)
    .option('--token-file <file>', 'a file that holds the token (default: TURNWISE_SANDBOX_TOKEN)')
    .option('--python', 'serve Python too: needs bubblewrap and the package pyodide')
    .option('--body-bytes <n>', 'longest request (default: 1048576)', positiveInteger)
    .option('--max-requests <n>', 'that run or wait; one more is refused (default: 256)', positiveInteger)
    .option('--grace <ms>', 'how long a stop waits for what runs', naturalNumber, 10_000)
    .addHelpText(
      'after',
      `
It stops on SIGTERM and SIGINT: it takes nothing more and waits for what runs. A second signal ends it at once.

Examples:
  turnwise-sandbox serve --python --children 4
  TURNWISE_SANDBOX_TOKEN=… turnwise-sandbox serve --host 0.0.0.0 --port 9000
  curl -s localhost:8080/run_code -H 'content-type: application/json' -d '{"code":"console.log(1+1)","language":"nodejs"}'`,
    )
    .action(async ({ host, port, tokenFile, python, bodyBytes, maxRequests, grace, ...flags }: ServeFlags) => {
      const token = readToken(tokenFile);
      const sandboxes: { nodejs?: Sandbox; python?: Sandbox } = {};
      try {
        sandboxes.nodejs = await openSandbox('javascript', flags);
        if (python) sandboxes.python = await openSandbox('python', flags);
        const server = await serveFusion({
          sandboxes,
          host,
          port,
          ...(token !== undefined && { token }),
          ...(bodyBytes !== undefined && { bodyBytes }),
          ...(maxRequests !== undefined && { maxRequests }),
        });
        const { nodejs } = sandboxes;
        console.log(`POST ${server.url}/run_code (nodejs${python ? ', python' : ''}); jail: ${nodejs.jail.status}`);
        await stopSignal();
        process.once('SIGINT', endNow).once('SIGTERM', endNow);
        await server.close(grace);
      } finally {
        await Promise.all([sandboxes.nodejs?.close(), sandboxes.python?.close()]);
      }
    });
}

function readToken(file: string | undefined): string | undefined {
  if (file === undefined) return process.env['TURNWISE_SANDBOX_TOKEN'] || undefined;
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(
      `serve: --token-file must be a file that can be read, got ${file}: ${(error as Error).message}`,
    );
  }
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
}

function endNow(): void {
  process.exit(exitCodes.interrupted);
}
