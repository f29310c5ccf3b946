import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../usage-error.js';

interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Tells a process from a later one with the same pid; `null` where the system does not say. */
  readonly processStart: string | null;
}

/** Keeps a run to one process. */
export interface RunLock {
  release(): void;
}

/**
 * Takes the lock of a run directory, or throws a `UsageError` that names the process that holds it. A lock whose
 * process has ended (`kill -9`, power cut) is taken over; one of another machine is not, since nobody can tell.
 */
export function acquireRunLock(directory: string): RunLock {
  const path = join(directory, 'lock.json');
  const own = JSON.stringify({ pid: process.pid, host: hostname(), processStart: processStart(process.pid) });
  for (let attempt = 0; attempt < 10; attempt++) {
    if (tryCreate(path, own)) return { release: () => releaseIfOwn(path, own) };
    const text = readIfThere(path);
    if (text === null) continue;
    const holder = parseHolder(text);
    if (holder !== null && !isGone(holder)) throw new UsageError(inUse(directory, path, holder));
    // Renamed, not removed: of two processes that both see a dead lock only one gets it.
    setAside(path, `${path}.${process.pid}.stale`, text);
  }
  throw new UsageError(`${directory}: could not take ${path}: another process keeps taking it`);
}

/** Creates the lock with its content in one step. */
function tryCreate(path: string, text: string): boolean {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, text);
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'ENOSYS') return tryCreateWithoutLinks(path, text);
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function tryCreateWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function setAside(path: string, aside: string, expected: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = readIfThere(aside);
  rmSync(aside, { force: true });
  // Somebody took the dead lock over between our look and our rename: give it back.
  if (taken !== null && taken !== expected) tryCreate(path, taken);
}

function releaseIfOwn(path: string, own: string): void {
  if (readIfThere(path) === own) rmSync(path, { force: true });
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** `null` for a text that is no lock: torn by a crash, so its process is gone. */
function parseHolder(text: string): LockHolder | null {
  try {
    const { pid, host, processStart: start } = JSON.parse(text) as Partial<LockHolder>;
    if (typeof pid !== 'number' || typeof host !== 'string') return null;
    return { pid, host, processStart: typeof start === 'string' ? start : null };
  } catch {
    return null;
  }
}

function isGone({ pid, host, processStart: start }: LockHolder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return hasEnded(pid) || (start !== null && processStart(pid) !== start);
}

/** A process that was killed keeps its pid until its parent asks for the exit code; in a container nobody may ask. */
function hasEnded(pid: number): boolean {
  return /^[ZX]$/.test(statOf(pid)?.[0] ?? '');
}

/** On Linux: the boot and the clock tick in which a process began (field 22 of `/proc/PID/stat`). */
function processStart(pid: number): string | null {
  const ticks = statOf(pid)?.[19];
  if (ticks === undefined) return null;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${ticks}`;
}

/** The fields of `/proc/PID/stat` from the third, the state, on: the second may hold spaces. `null` off Linux. */
function statOf(pid: number): string[] | null {
  const stat = process.platform === 'linux' ? readIfThere(`/proc/${pid}/stat`) : null;
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function inUse(directory: string, path: string, { pid, host }: LockHolder): string {
  const elsewhere = host === hostname() ? '' : ` on ${host}; if it has ended, remove ${path}`;
  return `${directory}: in use by process ${pid}${elsewhere}`;
}
