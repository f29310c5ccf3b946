import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, withLock } from '../../scripts/setup/lock.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'turnwise-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The id of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('gives the result and removes the lock, also after an error', async () => {
  const path = join(folder, 'lock');
  const never = () => expect.unreachable('nobody holds the lock');
  expect(await withLock(path, async () => existsSync(path), never)).toBe(true);
  expect(existsSync(path)).toBe(false);
  await expect(withLock(path, () => Promise.reject(new Error('inside')), never)).rejects.toThrow('inside');
  expect(existsSync(path)).toBe(false);
});

test('takes over the lock of a process that is gone', async () => {
  const path = join(folder, 'lock');
  writeFileSync(path, String(endedProcess()));
  expect(
    await withLock(
      path,
      async () => 'mine',
      () => expect.unreachable('its holder is gone'),
    ),
  ).toBe('mine');
});

test('takes over a lock that nobody touches any more, although its process id is in use', async () => {
  const path = join(folder, 'lock');
  writeFileSync(path, String(process.ppid));
  const minuteAgo = new Date(Date.now() - 60_000);
  utimesSync(path, minuteAgo, minuteAgo);
  const never = () => expect.unreachable('the lock is stale');
  expect(await withLock(path, async () => 'mine', never)).toBe('mine');
});

test('waits for a process that lives, and says so once', async () => {
  const path = join(folder, 'lock');
  writeFileSync(path, String(process.ppid));
  const waits: number[] = [];
  const work = withLock(
    path,
    async () => 'mine',
    (pid) => waits.push(pid),
  );
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(waits).toEqual([process.ppid]);
  rmSync(path);
  expect(await work).toBe('mine');
});

test.runIf(process.platform === 'linux')('a process that ended without anybody asking does not run', async () => {
  // The inner child ends at once; its parent is a shell that has become `sleep` and never asks for its exit code.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 5'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(isRunning(parent.pid as number)).toBe(true);
  } finally {
    parent.kill();
  }
});

test('isRunning knows this process from one that has ended', () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(isRunning(endedProcess())).toBe(false);
});
