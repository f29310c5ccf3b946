import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireRunLock } from './run-lock.js';

let directory: string;
let lock: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(directory, 'lock.json');
});

/** The pid of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('acquireRunLock', () => {
  it('keeps a second holder out until it is released, and leaves nothing behind', () => {
    const held = acquireRunLock(directory);
    expect(() => acquireRunLock(directory)).toThrow(`in use by process ${process.pid}`);
    held.release();
    acquireRunLock(directory).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('takes over the lock of a process that has ended', () => {
    writeFileSync(lock, JSON.stringify({ pid: deadPid(), host: hostname(), processStart: null }));
    acquireRunLock(directory);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it.skipIf(process.platform !== 'linux')('takes over when the pid now belongs to another process', () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname(), processStart: 'an-earlier-boot/17' }));
    acquireRunLock(directory).release();
  });

  it.skipIf(process.platform !== 'linux')(
    'takes over from a process that has ended and that nobody asks for',
    async () => {
      // The shell becomes a program that never asks for the exit code of the child that it had as a shell.
      const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const pid = Number(String(await new Promise((resolve) => parent.stdout.once('data', resolve))));
        writeFileSync(lock, JSON.stringify({ pid, host: hostname(), processStart: null }));
        expect(() => acquireRunLock(directory)).toThrow(`in use by process ${pid}`);
        await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '), 5000);
        acquireRunLock(directory).release();
      } finally {
        parent.kill();
      }
    },
  );

  it('takes over a torn lock', () => {
    writeFileSync(lock, '{"pid": 1');
    acquireRunLock(directory).release();
  });

  it('does not judge a process on another machine, and says what to remove', () => {
    writeFileSync(lock, JSON.stringify({ pid: deadPid(), host: 'elsewhere', processStart: null }));
    expect(() => acquireRunLock(directory)).toThrow(`on elsewhere; if it has ended, remove ${lock}`);
  });

  it('does not remove a lock that became another one’s', () => {
    const held = acquireRunLock(directory);
    writeFileSync(lock, '{"pid":1}');
    held.release();
    expect(readFileSync(lock, 'utf8')).toBe('{"pid":1}');
  });
});
