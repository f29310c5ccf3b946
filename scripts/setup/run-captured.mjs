import { spawn } from 'node:child_process';

const KEPT_LINES = 80;

/**
 * Runs a command without a terminal and keeps the end of what it says. Each line goes to `onLine` as it comes.
 * If this process is told to end, so is the command.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, onLine?: (line: string) => void, shell?: boolean }} options
 * @returns {Promise<{ code: number, tail: string[] }>} `code` is 127 if the command could not be started
 */
export function runCaptured(file, args, { cwd, env, onLine = () => {}, shell = false }) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const tail = [];
    const child = spawn(file, [...args], { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      child.kill(signal);
      process.exit(signal === 'SIGINT' ? 130 : 143);
    };
    process.once('SIGINT', end).once('SIGTERM', end);
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
        const lines = (rest + chunk).split(/[\r\n]+/);
        rest = lines.pop() ?? '';
        for (const line of lines) take(line);
      });
      stream.on('end', () => take(rest));
    }
    const take = (/** @type {string} */ line) => {
      if (line.trim() === '') return;
      tail.push(line);
      if (tail.length > KEPT_LINES) tail.shift();
      onLine(line.trim());
    };
    const finish = (/** @type {number} */ code) => {
      process.off('SIGINT', end).off('SIGTERM', end);
      resolve({ code, tail });
    };
    child.on('error', (error) => {
      tail.push(error.message);
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}
