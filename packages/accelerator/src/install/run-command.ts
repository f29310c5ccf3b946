import { spawn } from 'node:child_process';

/** How a command ended. `missing`: there is no such program. */
export type CommandResult =
  | { readonly status: 'ended'; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly status: 'missing' };

/** Runs a program to its end without a shell. It is ended with the signal. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: options.environment ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EACCES') resolve({ status: 'missing' });
      else reject(error);
    });
    child.once('close', (code) => resolve({ status: 'ended', code, stdout, stderr }));
  });
}
