import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { fakeWheel } from '../../test/fake-wheel.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { type Unpacking, unpackWheel } from './unpack-wheel.js';

async function prepare() {
  const { bytes } = await fakeWheel('a-1.whl', { 'a/run': 'echo', 'a/b/text': 'hello', 'c/other': 'no' }, ['a/run']);
  const root = temporaryFolder();
  writeFileSync(join(root, 'a-1.whl'), bytes);
  const options = {
    wheel: join(root, 'a-1.whl'),
    folder: join(root, 'out'),
    wanted: (path: string) => path.startsWith('a/'),
  };
  return { root, bytes, options };
}

test('wanted files come out with their content and execute bits', async () => {
  const { options } = await prepare();
  expect([...(await unpackWheel(options))].sort()).toEqual(['a/b/text', 'a/run']);
  expect(readFileSync(join(options.folder, 'a/b/text'), 'utf8')).toBe('hello');
  expect(statSync(join(options.folder, 'a/run')).mode & 0o111).not.toBe(0);
  expect(statSync(join(options.folder, 'a/b/text')).mode & 0o111).toBe(0);
  expect(existsSync(join(options.folder, 'c'))).toBe(false);
});

test('a full disk is told as such, and nothing is left', async () => {
  const { root, options } = await prepare();
  const full = () =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write'), { code: 'ENOSPC' })),
    });
  const sink = full as unknown as NonNullable<Unpacking['sink']>;
  await expect(unpackWheel({ ...options, sink })).rejects.toMatchObject({ code: 'disk-full' });
  expect(readdirSync(root)).toEqual(['a-1.whl']);
});

test('a file cut in the middle, and one that is no archive, are broken wheels, and nothing is left', async () => {
  const { root, bytes, options } = await prepare();
  for (const content of [bytes.subarray(0, bytes.byteLength / 2), Buffer.from('<html>')]) {
    writeFileSync(options.wheel, content);
    await expect(unpackWheel(options)).rejects.toMatchObject({ code: 'broken-wheel' });
    expect(readdirSync(root)).toEqual(['a-1.whl']);
  }
});

test('a path that leads out of the folder is refused', async () => {
  const { bytes } = await fakeWheel('e-1.whl', { 'a/xx/evil': 'x' });
  const root = temporaryFolder();
  const wheel = join(root, 'e-1.whl');
  writeFileSync(
    wheel,
    Buffer.from(bytes.toString('latin1').replaceAll('a/xx/evil', '../../evil'.slice(0, 9)), 'latin1'),
  );
  await expect(unpackWheel({ wheel, folder: join(root, 'out'), wanted: () => true })).rejects.toMatchObject({
    code: 'broken-wheel',
    problem: expect.stringMatching(/relative path/),
  });
  expect(readdirSync(root)).toEqual(['e-1.whl']);
});

test('an abort between two files leaves nothing', async () => {
  const { root, options } = await prepare();
  const stop = new AbortController();
  const wanted = (path: string) => {
    if (path === 'a/b/text') stop.abort();
    return true;
  };
  await expect(unpackWheel({ ...options, wanted, signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(root)).toEqual(['a-1.whl']);
});
