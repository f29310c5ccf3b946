import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { compileBinding } from './compile-binding.js';
import { findCompilers } from './find-compiler.js';
import { nativeLayout } from './native-layout.js';

/** A folder with programs that print their name and version, and fail to compile. */
function compilers(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    const script = `#!/bin/sh\ncase "$*" in *--version) echo "${name} 1.0";; *) echo "x.cc: fatal error: no $1" >&2; exit 1;; esac\n`;
    writeFileSync(join(folder, name), script);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

test('compilers come in order, CXX with its arguments first; those that do not start are left out', async () => {
  const PATH = compilers('clang++', 'g++', 'mine');
  expect(await findCompilers({ PATH })).toMatchObject([{ command: 'g++' }, { command: 'clang++' }]);
  expect(await findCompilers({ PATH, CXX: 'mine -m64' })).toMatchObject([
    { command: 'mine', args: ['-m64'], version: 'mine 1.0' },
    { command: 'g++' },
    { command: 'clang++' },
  ]);
  expect(await findCompilers({ PATH: temporaryFolder(), CXX: 'mine' })).toEqual([]);
});

test('a compiler that fails is told by its first complaint', async () => {
  const command = join(compilers('bad++'), 'bad++');
  const layout = nativeLayout(temporaryFolder(), 'linux-x64');
  const compiling = compileBinding({ command, args: ['-v'], version: 'bad++ 1.0' }, layout, 'linux-x64');
  await expect(compiling).rejects.toMatchObject({
    code: 'compile-failed',
    problem: `${command} (bad++ 1.0) cannot compile the binding: x.cc: fatal error: no -v`,
  });
});
