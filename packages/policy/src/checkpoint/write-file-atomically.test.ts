import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeFileAtomically } from './write-file-atomically.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('writes the pieces one after another and leaves nothing else', async () => {
  await writeFileAtomically(join(folder, 'a'), [Buffer.from('one '), Buffer.from('two')]);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('one two');
  expect(await readdir(folder)).toEqual(['a']);
});

test('when writing fails, the old file stands and no temporary one is left', async () => {
  const path = join(folder, 'a');
  await writeFileAtomically(path, [Buffer.from('old')]);
  const failing = {
    *[Symbol.iterator]() {
      yield Buffer.from('half');
      throw new Error('disk full');
    },
  };
  await expect(writeFileAtomically(path, failing as never)).rejects.toThrow('disk full');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['a']);
});
