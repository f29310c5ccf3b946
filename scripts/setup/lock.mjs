import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const POLL_MS = 250;
const BEAT_MS = 2000;
/** A lock that nobody has touched for so long is nobody's, whoever has the process id now. */
const STALE_MS = 30_000;

/**
 * Runs `work` while no other process holds the same lock file. Its holder touches it all the time; a lock whose process
 * is gone, or which has not been touched for half a minute, is taken over.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} onWait called once if another process has to be waited for
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait) {
  mkdirSync(dirname(path), { recursive: true });
  let waiting = false;
  for (;;) {
    const holder = tryLock(path);
    if (holder === process.pid) break;
    if (holder === null) continue;
    if (!waiting) onWait(holder);
    waiting = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const release = () => rmSync(path, { force: true });
  process.once('exit', release);
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    process.off('exit', release);
    release();
  }
}

/**
 * Whether a process of this id runs. One that has ended and that nobody has asked for its exit code does not: in a
 * container there may be nobody who ever asks.
 *
 * @param {number} pid
 */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return process.platform !== 'linux' || !/\) [ZX] /.test(statusOf(pid));
}

/** @param {number} pid */
function statusOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} path */
function touch(path) {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/**
 * @param {string} path
 * @returns {number | null} the process that holds the lock now; null if it was nobody's and may be tried again
 */
function tryLock(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return process.pid;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    const touched = Date.now() - statSync(path).mtimeMs < STALE_MS;
    // An empty file is one whose writer is between creating and writing it.
    if (touched && (holder === 0 || isRunning(holder))) return holder;
    rmSync(path, { force: true });
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  return null;
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
