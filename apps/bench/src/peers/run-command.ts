import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs a command without input and keeps the end of what it says; code 127 if it could not be started. */
export function runCommand(
  file: string,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
  return new Promise((resolve) => {
    const lines: string[] = [];
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        lines.push(line);
        if (lines.length > 40) lines.shift();
        onLine(line);
      });
    }
    child.on('error', (error) => resolve({ code: 127, lines: [error.message] }));
    child.on('close', (code) => resolve({ code: code ?? 1, lines }));
  });
}
