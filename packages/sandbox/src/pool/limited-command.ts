import { existsSync } from 'node:fs';
import type { WorkerCommand } from './worker-command.js';

/** Where `prlimit` is, if it is there. */
export const prlimitPath =
  process.platform === 'linux' ? ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path)) : undefined;

/**
 * The command under the limits of the system that cost nothing, where `prlimit` is there: no core dumps (writing one
 * holds up the end of a process that died of its memory), and no file may grow.
 *
 * `RLIMIT_DATA` is not set: every isolate maps 512 MB of writable address space for compiled code, and that counts, so a
 * limit that lets 128 isolates live would be no limit. The guard thread measures resident memory instead.
 */
export function limitedCommand({ file, args }: WorkerCommand): Pick<WorkerCommand, 'file' | 'args'> {
  if (prlimitPath === undefined) return { file, args };
  return { file: prlimitPath, args: ['--core=0', '--fsize=0', '--', file, ...args] };
}
