import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ensureSnapshot } from './snapshot-file.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const says = (source: string) => ({ file: process.execPath, args: ['-e', source] });

test('a snapshot is written whole, and made once', async () => {
  const path = join(folder, 'deeper', 'a.snapshot');
  await ensureSnapshot(path, says('process.stdout.write("bytes")'));
  await ensureSnapshot(path, says('process.stdout.write("others")'));
  expect(readFileSync(path, 'utf8')).toBe('bytes');
  expect(readdirSync(join(folder, 'deeper'))).toEqual(['a.snapshot']);
});

test('where it cannot be written the error says the way out', async () => {
  writeFileSync(join(folder, 'file'), '');
  const path = join(folder, 'file', 'a.snapshot');
  await expect(ensureSnapshot(path, says('process.stdout.write("bytes")'))).rejects.toThrow(
    /^python: the snapshot could not be written to .* \((EEXIST|ENOTDIR|ENOENT)\); .*TURNWISE_CACHE.*snapshots: null$/,
  );
});

test('a program that fails leaves no file, and its words', async () => {
  const path = join(folder, 'a.snapshot');
  await expect(ensureSnapshot(path, says('console.error("no memory"); process.exit(3)'))).rejects.toThrow(
    /exit code 3\nno memory/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
