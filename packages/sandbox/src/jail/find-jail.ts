import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bubblewrapArgs, type JailWalls, wallSets } from './bubblewrap-args.js';

/** A bubblewrap that works on this machine, and the walls that it can build here. */
export interface Jail {
  readonly file: string;
  readonly walls: JailWalls;
}

/** Whether commands can be jailed here; if not, why, and what would help. */
export type JailStatus =
  | { readonly status: 'works'; readonly jail: Jail }
  | { readonly status: 'absent'; readonly reason: string };

const checkMs = 5000;
let found: Promise<JailStatus> | null = null;

/** Looks for a jail once per process: `bwrap` in PATH that can start this Node. Never rejects. */
export function findJail(): Promise<JailStatus> {
  found ??= checkJail(process.platform, process.env['PATH'] ?? '');
  return found;
}

/** The same without remembering, for tests. */
export async function checkJail(platform: string, path: string): Promise<JailStatus> {
  if (platform !== 'linux') return { status: 'absent', reason: `bubblewrap works on Linux only, this is ${platform}` };
  const file = path
    .split(delimiter)
    .map((folder) => join(folder, 'bwrap'))
    .find((candidate) => candidate.startsWith('/') && existsSync(candidate));
  if (file === undefined) {
    return { status: 'absent', reason: 'bwrap is not in PATH (package bubblewrap: apt-get install bubblewrap)' };
  }
  const reasons: string[] = [];
  for (const walls of wallSets) {
    const reason = await whyNot(file, walls);
    if (reason === null) return { status: 'works', jail: { file, walls } };
    if (!reasons.includes(reason)) reasons.push(reason);
  }
  return { status: 'absent', reason: `${file} cannot build a jail here: ${reasons.join('; ')}` };
}

/** Starts this Node in the jail, as children are. `null` when it says its version. */
function whyNot(file: string, walls: JailWalls): Promise<string | null> {
  const node = realpathSync(process.execPath);
  const args = [...bubblewrapArgs(walls, { reads: [node], env: {} }), node, '--version'];
  return new Promise((resolve) => {
    execFile(file, args, { timeout: checkMs, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null && stdout.trim() === process.version) resolve(null);
      else resolve(stderr.trim().split('\n')[0] || error?.message || `node --version said ${stdout.trim()}`);
    });
  });
}

/** The walls of a jail in words, for reports. */
export function describeWalls({ user, proc }: JailWalls): string {
  return [
    'no network, no other processes, no files but the runtime (read-only)',
    user ? 'user nobody without capabilities' : 'no capabilities, but the same user as outside',
    proc ? 'a /proc of its own' : 'no /proc',
  ].join('; ');
}
