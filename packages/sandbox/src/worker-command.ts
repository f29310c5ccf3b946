import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How a child process is started. */
export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
}

const prlimitPaths = ['/usr/bin/prlimit', '/bin/prlimit'];

/**
 * This Node with the worker's program. On Linux `prlimit`, where there is one, turns core dumps off first: writing one
 * would hold up the end of a process that died of its memory.
 *
 * `RLIMIT_DATA` is not set: every isolate maps 512 MB of writable address space for compiled code, and that counts, so a
 * limit that lets 128 isolates live would be no limit. The guard thread measures resident memory instead.
 */
export function workerCommand(): WorkerCommand {
  const program = fileURLToPath(new URL('../dist/worker/main.js', import.meta.url));
  const node = [process.execPath, '--no-node-snapshot', '--no-warnings', program];
  const prlimit = process.platform === 'linux' ? prlimitPaths.find((path) => existsSync(path)) : undefined;
  const [file = process.execPath, ...args] = prlimit === undefined ? node : [prlimit, '--core=0', '--', ...node];
  return { file, args };
}
