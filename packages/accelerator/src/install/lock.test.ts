import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { withLock } from './lock.js';

const fast = { heartbeat: 10, poll: 5 };

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid;
}

test('twelve at once run one after the other, and the lock goes away', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'lock');
  let inside = 0;
  let most = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(3);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 12 }, () => withLock(file, work, fast)));
  expect(most).toBe(1);
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock goes away when the work fails', async () => {
  const file = join(temporaryFolder(), 'lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')), fast)).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});

test('a lock whose process has ended is taken over at once', async () => {
  const file = join(temporaryFolder(), 'lock');
  writeFileSync(file, JSON.stringify({ pid: deadPid(), host: hostname(), token: 'dead' }));
  const onWait = vi.fn();
  expect(await withLock(file, async () => 7, { ...fast, onWait })).toBe(7);
  expect(onWait).not.toHaveBeenCalled();
});

test('a lock of another machine is taken over when it was not touched for long, not before', async () => {
  const file = join(temporaryFolder(), 'lock');
  writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere.test', token: 'far' }));
  const onWait = vi.fn();
  const stop = new AbortController();
  const waiting = withLock(file, async () => 7, { ...fast, onWait, staleAfter: 60_000, signal: stop.signal });
  await vi.waitFor(() => expect(onWait).toHaveBeenCalledTimes(1));
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  const longAgo = new Date(Date.now() - 61_000);
  utimesSync(file, longAgo, longAgo);
  expect(await withLock(file, async () => 7, { ...fast, staleAfter: 60_000 })).toBe(7);
});

test('a heartbeat keeps a long piece of work from looking dead', async () => {
  const file = join(temporaryFolder(), 'lock');
  const order: string[] = [];
  const long = withLock(
    file,
    async () => {
      await sleep(1200);
      order.push('long');
    },
    fast,
  );
  await sleep(20);
  await withLock(file, async () => order.push('next'), { ...fast, staleAfter: 800 });
  await long;
  expect(order).toEqual(['long', 'next']);
});

test('a folder that is not there is told in one line', async () => {
  await expect(withLock(join(temporaryFolder(), 'none', 'lock'), async () => 7)).rejects.toMatchObject({
    code: 'locked',
  });
});
