import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FakeIndex, fakeIndex, type Misbehaviour } from '../../test/fake-index.js';
import { fakeTensorflow } from '../../test/fake-wheel.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { type Download, download } from './download.js';

async function prepare(how: Misbehaviour = {}) {
  const wheel = await fakeTensorflow();
  const target = join(temporaryFolder(), wheel.pinned.file);
  const received = () => statSync(`${target}.part`, { throwIfNoEntry: false })?.size ?? 0;
  const index: FakeIndex = await fakeIndex([wheel], { ...how, received });
  onTestFinished(() => index.close());
  const options: Download = {
    url: `${index.url}/${wheel.pinned.file}`,
    target,
    sha256: wheel.pinned.sha256,
    bytes: wheel.pinned.bytes,
    pauses: [0, 0],
  };
  return { wheel, index, target, options };
}

test('the file comes whole, with its progress, and no part stays', async () => {
  const { wheel, target, options } = await prepare();
  const seen: number[] = [];
  await download({ ...options, onBytes: (done, total) => seen.push(done, total) });
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
  expect(seen.slice(-2)).toEqual([wheel.pinned.bytes, wheel.pinned.bytes]);
  expect(existsSync(`${target}.part`)).toBe(false);
});

test('a connection cut twice is taken up again where it broke off', async () => {
  const { wheel, index, target, options } = await prepare({ cuts: [100, 50] });
  await download(options);
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
  expect(index.ranges).toEqual(['', 'bytes=100-', 'bytes=150-']);
});

test('after too many cuts the part stays, and the next call goes on from there', async () => {
  const { wheel, index, target, options } = await prepare({ cuts: [100, 50, 25] });
  await expect(download(options)).rejects.toMatchObject({ code: 'no-network' });
  expect(readFileSync(`${target}.part`).byteLength).toBe(175);
  expect(existsSync(target)).toBe(false);
  await download(options);
  expect(index.ranges.at(-1)).toBe('bytes=175-');
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
});

test('a server that ignores ranges sends everything anew', async () => {
  const { wheel, target, options } = await prepare({ cuts: [100], ignoreRange: true });
  await download(options);
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
});

test('a part that is already whole is only checked', async () => {
  const { wheel, index, target, options } = await prepare();
  writeFileSync(`${target}.part`, wheel.bytes);
  await download(options);
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
  expect(index.ranges).toEqual([`bytes=${wheel.pinned.bytes}-`]);
});

test('a part of something else is thrown away and the file fetched anew', async () => {
  const { wheel, target, options } = await prepare();
  writeFileSync(`${target}.part`, 'something else');
  await download(options);
  expect(readFileSync(target).equals(wheel.bytes)).toBe(true);
});

test('a checksum that differs names both, and nothing stays', async () => {
  const { wheel, target, options } = await prepare();
  const sha256 = '0'.repeat(64);
  await expect(download({ ...options, sha256 })).rejects.toMatchObject({
    code: 'checksum',
    problem: expect.stringContaining(`must have the SHA-256 ${sha256}, got ${wheel.pinned.sha256}`),
  });
  expect(existsSync(target) || existsSync(`${target}.part`)).toBe(false);
});

test('404, 500 and a web page are told apart', async () => {
  const missing = await prepare({ fileStatus: 404 });
  await expect(download(missing.options)).rejects.toMatchObject({ code: 'not-found' });
  const broken = await prepare({ fileStatus: 500 });
  await expect(download(broken.options)).rejects.toMatchObject({ code: 'bad-answer' });
  const page = await prepare({ htmlFiles: true });
  await expect(download(page.options)).rejects.toThrow(/web page, not with the file/);
  expect(existsSync(`${page.target}.part`)).toBe(false);
});

test('no server: one line that says which, and the way out', async () => {
  const { index, options } = await prepare();
  await index.close();
  await expect(download(options)).rejects.toThrow(
    /^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); check the network/,
  );
});

test('an abort ends it and keeps the part', async () => {
  const { target, options } = await prepare({ cuts: [100] });
  const stop = new AbortController();
  const onBytes = () => stop.abort();
  await expect(download({ ...options, signal: stop.signal, onBytes })).rejects.toMatchObject({ name: 'AbortError' });
  expect(readFileSync(`${target}.part`).byteLength).toBe(100);
});
