import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { faultyFileSystem, noSpace } from '../../test/faulty-file-system.js';
import { AppendLog } from './append-log.js';
import { nodeFileSystem } from './file-system.js';

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'log-')), 'log.jsonl');
});

describe('AppendLog', () => {
  it('counts bytes, not characters, and goes on where an earlier process stopped', async () => {
    const log = await AppendLog.open(path, nodeFileSystem);
    await log.append({ a: 'ü' });
    // {"a":"ü"} is 9 characters, the ü takes two bytes, and the line break one.
    expect(log.bytes).toBe(11);
    await log.close();
    const again = await AppendLog.open(path, nodeFileSystem);
    expect(again.bytes).toBe(11);
    await again.append({ b: 1 });
    await again.close();
    expect(await readFile(path, 'utf8')).toBe('{"a":"ü"}\n{"b":1}\n');
  });

  it('keeps lines whole and in order when appends overlap', async () => {
    const log = await AppendLog.open(path, nodeFileSystem);
    await Promise.all(Array.from({ length: 50 }, (_, index) => log.append({ index }, { index: index + 0.5 })));
    await log.close();
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { index: number }).index)).toEqual(
      Array.from({ length: 100 }, (_, index) => index / 2),
    );
  });

  it('cuts off a torn line', async () => {
    await writeFile(path, '{"a":1}\n{"b":');
    const log = await AppendLog.open(path, nodeFileSystem);
    await log.truncateTo(8);
    await log.append({ c: 3 });
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n{"c":3}\n');
  });

  it('takes back a line that the disk had no room for, and can go on', async () => {
    let full = false;
    const real = nodeFileSystem;
    const log = await AppendLog.open(path, {
      ...real,
      async openAppend(file) {
        const handle = await real.openAppend(file);
        return {
          ...handle,
          async write(text) {
            await handle.write(full ? text.slice(0, 3) : text);
            if (full) throw noSpace();
          },
        };
      },
    });
    await log.append({ a: 1 });
    full = true;
    await expect(log.append({ b: 2 })).rejects.toThrow('ENOSPC');
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n');
    full = false;
    await log.append({ c: 3 });
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n{"c":3}\n');
  });

  it('refuses a number that JSON would turn into null, before anything is written', async () => {
    const log = await AppendLog.open(
      path,
      faultyFileSystem(() => undefined),
    );
    expect(() => log.append({ loss: Number.NaN })).toThrow('loss: must be a finite number, got NaN');
    expect(log.bytes).toBe(0);
  });
});
