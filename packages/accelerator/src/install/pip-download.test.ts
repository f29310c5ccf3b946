import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { pipDownload } from './pip-download.js';

const wheel = {
  project: 'tensorflow-cpu',
  version: '2.18.1',
  file: 'tensorflow_cpu-2.18.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  sha256: '',
  bytes: 1e6,
};

/** A program that stands for Python: it writes its arguments to a file and then does `body`. */
function python(body: string): { command: string; log: string } {
  const folder = temporaryFolder();
  const command = join(folder, 'python3');
  const log = join(folder, 'log');
  writeFileSync(command, `#!/bin/sh\necho "$*" > ${log}\ncase "$*" in *--version) exit 0;; esac\n${body}\n`);
  chmodSync(command, 0o755);
  return { command, log };
}

test('pip is asked for exactly the pinned file, by the first Python that has pip', async () => {
  const { command, log } = python('exit 0');
  const folder = join(temporaryFolder(), 'out');
  const onEvent = () => {};
  expect(await pipDownload(wheel, folder, { pythons: ['no-such-python', command], onEvent })).toBe(
    join(folder, wheel.file),
  );
  expect(readFileSync(log, 'utf8').trim()).toBe(
    '-m pip download --no-deps --no-input --progress-bar off --only-binary=:all: --implementation cp ' +
      '--python-version 311 --abi cp311 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 ' +
      `--dest ${folder} tensorflow-cpu==2.18.1`,
  );
});

test('a failure is told by the error line of pip, no Python at all as such', async () => {
  const { command } = python('echo "ERROR: no match" >&2; echo "[notice] upgrade" >&2; exit 1');
  const onEvent = () => {};
  const folder = temporaryFolder();
  await expect(pipDownload(wheel, folder, { pythons: [command], onEvent })).rejects.toThrow(/: ERROR: no match;/);
  await expect(pipDownload(wheel, folder, { pythons: [], onEvent })).rejects.toThrow(/no Python with pip/);
});
