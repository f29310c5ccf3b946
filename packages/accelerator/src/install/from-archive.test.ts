import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeArchive, serveArchive } from '../../test/fake-archive.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { fromArchive } from './from-archive.js';
import { layoutAt } from './native-layout.js';
import type { WheelSources } from './obtain-wheel.js';

function sources(): WheelSources {
  const downloads = join(temporaryFolder(), 'downloads');
  return { downloads, pip: { indexes: [], findLinks: [] }, pythons: [], pauses: [0], onEvent: () => {} };
}

test('the libraries come out under the names that the binding asks for, the headers beside them, no links', async () => {
  const archive = await serveArchive(await fakeArchive());
  const draft = layoutAt(join(temporaryFolder(), 'draft'), 'linux-x64', 'archive');
  const unpack = await fromArchive(archive, sources());
  expect(await unpack(draft)).toEqual({ wheel: archive.file, sha256: archive.sha256, beside: [] });
  expect(readdirSync(draft.folder)).toEqual(['tensorflow']);
  expect(readdirSync(draft.libraryFolder).sort()).toEqual([
    'include',
    'libtensorflow.so.2',
    'libtensorflow_framework.so.2',
  ]);
  const library = join(draft.libraryFolder, 'libtensorflow.so.2');
  expect(lstatSync(library).isFile()).toBe(true);
  expect(readFileSync(library, 'utf8')).toBe('old libtensorflow');
  expect(existsSync(join(draft.includeFolder, 'tensorflow', 'c', 'c_api.h'))).toBe(true);
});

test('what was fetched whole is not fetched again', async () => {
  const archive = await serveArchive(await fakeArchive());
  const same = sources();
  await fromArchive(archive, same);
  await fromArchive(archive, same);
  expect(archive.asked).toHaveLength(1);
});

test('another checksum, a 404 and a file that is no archive are told apart', async () => {
  const bytes = await fakeArchive();
  const archive = await serveArchive(bytes);
  const changed = { ...archive, sha256: 'f'.repeat(64) };
  await expect(fromArchive(changed, sources())).rejects.toMatchObject({ code: 'checksum' });
  await expect(fromArchive(await serveArchive(bytes, 404), sources())).rejects.toMatchObject({ code: 'not-found' });
  for (const broken of [Buffer.from('no archive'), bytes.subarray(0, bytes.byteLength / 2)]) {
    const unpack = await fromArchive(await serveArchive(broken), sources());
    const draft = layoutAt(join(temporaryFolder(), 'draft'), 'linux-x64', 'archive');
    await expect(unpack(draft)).rejects.toMatchObject({
      code: 'broken-wheel',
      message: expect.stringMatching(/^libtensorflow-cpu[^\n]+ cannot be unpacked: [^\n]+$/),
    });
  }
});
