import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { WorkerCommand } from '../pool/worker-command.js';
import { bubblewrapArgs } from './bubblewrap-args.js';
import type { Jail } from './find-jail.js';

/** The descriptor on which bubblewrap says, as JSON, which process it started. */
export const jailInfoDescriptor = 3;

/** A command that runs inside a jail, which shows only what the command reads. */
export function jailedCommand(jail: Jail, { file, args, reads = [], env = {} }: WorkerCommand): WorkerCommand {
  const walls = bubblewrapArgs(jail.walls, { ...viewOf([file, ...reads]), env });
  return {
    file: jail.file,
    args: ['--info-fd', String(jailInfoDescriptor), ...walls, '--', file, ...args],
    jailed: true,
  };
}

/** Paths that may be links, as what is to be shown and the links that lead there. */
function viewOf(paths: readonly string[]): { reads: string[]; links: [path: string, target: string][] } {
  const reads = [...new Set(paths.map((path) => realpathSync(path)))];
  const shown = (path: string): boolean => reads.some((read) => path === read || path.startsWith(read + sep));
  const links = paths.flatMap((path): [string, string][] => (shown(path) ? [] : [[path, realpathSync(path)]]));
  return { reads, links };
}
