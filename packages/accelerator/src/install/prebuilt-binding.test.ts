import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { buildBinding } from './build-binding.js';
import { cacheFolder } from './cache-folder.js';
import { LAYOUT_REVISION, layoutAt, nativeLayout } from './native-layout.js';
import { PINNED_WHEELS } from './pinned-wheels.js';
import { type Platform, platformOf, thisMachine } from './platform.js';
import { type PrebuiltBinding, prebuiltPackage, takePrebuilt } from './prebuilt-binding.js';

afterEach(() => vi.unstubAllEnvs());

/** The folder of a package with a prebuilt binding whose files hold these texts. */
function prebuilt(about: Partial<PrebuiltBinding> = {}, texts = { binding: 'binding', addon: 'addon' }): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'tfjs_binding.node'), texts.binding);
  writeFileSync(join(folder, 'quiet_stderr.node'), texts.addon);
  describe(folder, about);
  return folder;
}

function describe(folder: string, about: Partial<PrebuiltBinding>): void {
  const sha256 = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const files = {
    'tfjs_binding.node': sha256('tfjs_binding.node'),
    'quiet_stderr.node': sha256('quiet_stderr.node'),
  };
  const versions = { platform: 'linux-x64', tensorflow: '2.18.1', binding: '4.22.0', layout: LAYOUT_REVISION };
  const whole: PrebuiltBinding = { ...versions, napi: 8, compiler: 'zig 1', files, ...about };
  writeFileSync(join(folder, 'binding.json'), JSON.stringify(whole));
}

test('a prebuilt binding that fits is copied, and its compiler named', async () => {
  const layout = layoutAt(join(temporaryFolder(), 'draft'), 'linux-x64');
  expect(await takePrebuilt(layout, 'linux-x64', prebuilt())).toEqual({ status: 'taken', compiler: 'zig 1, prebuilt' });
  expect(readFileSync(layout.binding, 'utf8')).toBe('binding');
  expect(readFileSync(layout.quietStderr, 'utf8')).toBe('addon');
});

test.each<[Partial<PrebuiltBinding>, RegExp]>([
  [{ platform: 'linux-arm64' }, /platform must be linux-x64, got linux-arm64$/],
  [{ tensorflow: '2.17.0' }, /tensorflow must be 2\.18\.1, got 2\.17\.0$/],
  [{ binding: '4.21.0' }, /binding must be 4\.22\.0, got 4\.21\.0$/],
  [{ layout: 1 }, /layout must be 2, got 1$/],
  [{ napi: 99 }, /needs Node-API 99, this Node has \d+$/],
  [
    { files: { 'tfjs_binding.node': 'f', 'quiet_stderr.node': 'f' } },
    /tfjs_binding\.node must have the SHA-256 f, got /,
  ],
])('%j does not fit, and the reason says why', async (about, reason) => {
  const layout = layoutAt(join(temporaryFolder(), 'draft'), 'linux-x64');
  expect(await takePrebuilt(layout, 'linux-x64', prebuilt(about))).toEqual({
    status: 'unfit',
    reason: expect.stringMatching(reason),
  });
});

test('a package without a description does not fit, and no package is no failure', async () => {
  const layout = layoutAt(join(temporaryFolder(), 'draft'), 'linux-x64');
  expect(await takePrebuilt(layout, 'linux-x64', temporaryFolder())).toMatchObject({ status: 'unfit' });
  expect(await takePrebuilt(layout, 'linux-x64', null)).toEqual({ status: 'absent' });
  expect(prebuiltPackage('linux-x64')).toBe('@turnwise/accelerator-binding-linux-x64');
});

/** A draft with the installed TensorFlow, and what its binding is to be built with: no network, one false compiler. */
function draft(options: { readonly compiler: boolean }) {
  const platform = platformOf(thisMachine()) as Platform;
  const installed = nativeLayout(cacheFolder(), platform);
  const folder = temporaryFolder();
  const layout = layoutAt(join(folder, 'draft'), platform);
  mkdirSync(layout.folder);
  symlinkSync(installed.libraryFolder, layout.libraryFolder);
  const bin = join(folder, 'bin');
  const log = join(folder, 'compiled');
  mkdirSync(bin);
  if (options.compiler) {
    writeFileSync(
      join(bin, 'g++'),
      `#!/bin/sh\ncase "$*" in *--version) echo g++ 1;; *) : > ${log}; echo error: no >&2; exit 1;; esac\n`,
    );
    chmodSync(join(bin, 'g++'), 0o755);
  }
  vi.stubEnv('PATH', bin);
  vi.stubEnv('CXX', '');
  const notes: string[] = [];
  const build = (prebuiltFolder: string | null) =>
    buildBinding({
      layout,
      platform,
      zig: PINNED_WHEELS[platform].zig,
      scratch: join(folder, 'scratch'),
      prebuilt: prebuiltFolder,
      sources: {
        downloads: join(folder, 'downloads'),
        pip: { indexes: [], findLinks: [] },
        pythons: [],
        onEvent: (event) => event.status === 'note' && notes.push(event.text),
      },
    });
  return { installed, layout, platform, build, notes, compiled: () => existsSync(log) };
}

const native = nativeInstalled();

test.skipIf(!native)('with a prebuilt binding that loads no compiler is called', async () => {
  const { installed, layout, platform, build, compiled, notes } = draft({ compiler: true });
  const folder = temporaryFolder();
  copyFileSync(installed.binding, join(folder, 'tfjs_binding.node'));
  copyFileSync(installed.quietStderr, join(folder, 'quiet_stderr.node'));
  describe(folder, { platform });
  expect(await build(folder)).toBe('zig 1, prebuilt');
  expect(compiled()).toBe(false);
  expect(notes).toEqual(['taking the prebuilt binding (zig 1, prebuilt)']);
  expect(existsSync(dirname(layout.binding))).toBe(true);
});

test.skipIf(!native)('one that does not load is told, and the compilers have their turn', async () => {
  const { platform, build, compiled, notes } = draft({ compiler: true });
  await expect(build(prebuilt({ platform }))).rejects.toMatchObject({
    code: 'no-compiler',
    message: expect.stringMatching(
      /^no C\+\+ compiler of this machine compiles the binding, and [^\n]+; install g\+\+ or clang\+\+/,
    ),
  });
  expect(notes[0]).toMatch(/^the prebuilt binding does not load: TensorFlow 2\.18\.1 does not load/);
  expect(compiled()).toBe(true);
});

test.skipIf(!native)('no prebuilt binding, no compiler and no index: one line with the way out', async () => {
  const { build } = draft({ compiler: false });
  await expect(build(null)).rejects.toMatchObject({
    code: 'no-compiler',
    message: expect.stringMatching(/^this machine has no C\+\+ compiler, and the one in ziglang-[^\n]+$/),
  });
});
