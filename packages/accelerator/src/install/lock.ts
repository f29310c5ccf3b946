import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AcceleratorError } from '../accelerator-error.js';

/** How a lock is held. */
export interface LockOptions {
  readonly signal?: AbortSignal;
  /** Called once if another process holds the lock. */
  readonly onWait?: (owner: LockOwner) => void;
  /** Milliseconds between signs of life of the owner. */
  readonly heartbeat?: number;
  /** Milliseconds without a sign of life after which an owner counts as dead. */
  readonly staleAfter?: number;
  /** Milliseconds between two attempts to take a held lock. */
  readonly poll?: number;
}

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/**
 * Runs `work` while this process alone holds the lock `file`; others wait. The lock is a file made in exclusive mode,
 * touched at every heartbeat. It is stale, and taken over, when its owner's process has ended (on this host) or when it
 * was not touched for `staleAfter`: so neither `kill -9` nor a crash of the machine locks anyone out.
 *
 * Throws an `AcceleratorError` (`locked`) when the file cannot be made at all.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { heartbeat = 2000 } = options;
  const owner: LockOwner = { pid: process.pid, host: hostname(), token: randomUUID() };
  await acquire(file, owner, options);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, heartbeat);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readOwner(file))?.token === owner.token) await rm(file, { force: true });
  }
}

async function acquire(file: string, owner: LockOwner, options: LockOptions): Promise<void> {
  const { staleAfter = 30_000, poll = 200, signal, onWait } = options;
  for (let waited = false; ; ) {
    if (await create(file, owner)) return;
    if (await isStale(file, staleAfter)) {
      await takeAway(file);
      continue;
    }
    const other = await readOwner(file);
    if (other !== null && !waited) {
      onWait?.(other);
      waited = true;
    }
    await sleep(poll, undefined, signal ? { signal } : {});
  }
}

/** The file appears with its content in one step, so that nobody reads an empty one. */
async function create(file: string, owner: LockOwner): Promise<boolean> {
  const draft = `${file}.${owner.token}`;
  try {
    await writeFile(draft, JSON.stringify(owner));
    await link(draft, file);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') return false;
    throw new AcceleratorError(
      'locked',
      `${file} cannot be made (${code ?? (error as Error).message})`,
      'make its folder writable, or name another one with TURNWISE_CACHE',
      { cause: error },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

async function isStale(file: string, staleAfter: number): Promise<boolean> {
  const owner = await readOwner(file);
  const touched = await stat(file).then(
    (found) => found.mtimeMs,
    () => null,
  );
  if (touched === null) return false;
  if (owner !== null && owner.host === hostname() && !isAlive(owner.pid)) return true;
  return Date.now() - touched > staleAfter;
}

/**
 * Removes a stale lock. Between the look and the rename another process may have done the same and taken the lock: then
 * what was moved away is a live lock, and it is put back.
 */
async function takeAway(file: string): Promise<void> {
  const stale = await readOwner(file);
  const aside = `${file}.stale-${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved?.token !== stale?.token) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
}

async function readOwner(file: string): Promise<LockOwner | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as LockOwner;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
