import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import type { PinnedBuild, PinnedWheel } from './pinned-wheels.js';
import { freeSpace, requireSpace } from './require-space.js';

const wheel = (file: string, bytes: number): PinnedWheel => ({ project: 'p', version: '1', file, sha256: '', bytes });
const build: PinnedBuild = { tensorflow: wheel('a.whl', 2000), beside: [wheel('b.whl', 1000)], unpackedBytes: 5000 };

test('the wheels and what they unpack to must fit; what has come already counts', async () => {
  const cache = temporaryFolder();
  const downloads = join(cache, 'downloads');
  const need = { cache, downloads, build, named: false };
  const free = (bytes: number | null) => async () => bytes;
  await requireSpace(need, free(8000));
  await expect(requireSpace(need, free(7999))).rejects.toMatchObject({ code: 'disk-full' });
  mkdirSync(downloads);
  writeFileSync(join(downloads, 'a.whl'), Buffer.alloc(2000));
  writeFileSync(join(downloads, 'b.whl.part'), Buffer.alloc(400));
  await requireSpace(need, free(5600));
  await expect(requireSpace(need, free(5599))).rejects.toMatchObject({ code: 'disk-full' });
  await requireSpace({ ...need, downloads: '/nowhere', named: true }, free(5000));
  await requireSpace(need, free(null));
});

test('both numbers and the way out are in one line', async () => {
  const cache = '/cache';
  const large = { ...build, unpackedBytes: 4.06e9 };
  await expect(requireSpace({ cache, downloads: '/d', build: large, named: true }, async () => 1.26e9)).rejects.toThrow(
    'the installation needs 4.1 GB, and 1.3 GB are free on the disk of /cache; free some, or name a folder on another disk with TURNWISE_CACHE',
  );
});

test('the free space of a folder is a number, that of none is unknown', async () => {
  expect(await freeSpace(temporaryFolder())).toBeGreaterThan(0);
  expect(await freeSpace('/no/such/folder')).toBeNull();
});
