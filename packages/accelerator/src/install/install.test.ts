import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fakeArchive, serveArchive } from '../../test/fake-archive.js';
import { fakeIndex, type Misbehaviour } from '../../test/fake-index.js';
import { type FakeWheel, fakeNvidia, fakeTensorflow } from '../../test/fake-wheel.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { AcceleratorError } from '../accelerator-error.js';
import { type InstallOptions, type InstallParts, installFrom } from './install.js';
import { readInstallation } from './manifest.js';
import { layoutAt, nativeLayout } from './native-layout.js';
import type { PinnedWheels } from './pinned-wheels.js';

async function prepare(how: Misbehaviour = {}, parts: Partial<InstallParts> = {}) {
  const wheel = await fakeTensorflow();
  const index = await fakeIndex([wheel], how);
  onTestFinished(() => index.close());
  const cache = join(temporaryFolder(), 'cache');
  const notes: string[] = [];
  let builds = 0;
  const surroundings: InstallParts = {
    machine: { os: 'linux', arch: 'x64', glibc: true },
    wheels: pinned(wheel),
    environment: { PIP_INDEX_URL: index.url, PIP_CONFIG_FILE: '/dev/null' },
    pythons: [],
    pauses: [0],
    build: async ({ layout }) => {
      builds += 1;
      mkdirSync(join(layout.folder, 'binding'));
      writeFileSync(layout.binding, 'binding');
      writeFileSync(layout.quietStderr, 'addon');
      return 'fake compiler';
    },
    ...parts,
  };
  const run = (options: InstallOptions = {}) =>
    installFrom(
      { cache, onEvent: (event) => event.status === 'note' && notes.push(event.text), ...options },
      surroundings,
    );
  return { wheel, index, cache, notes, run, layout: nativeLayout(cache, 'linux-x64'), builds: () => builds };
}

function pinned({ pinned: tensorflow }: FakeWheel): InstallParts['wheels'] {
  const build = { tensorflow, beside: [], unpackedBytes: 300_000 };
  const both: PinnedWheels = { cpu: build, cuda: null, zig: tensorflow };
  return { 'linux-x64': both, 'linux-arm64': both, 'darwin-arm64': both };
}

test('an installation holds the libraries, the headers and the binding, and no download stays', async () => {
  const { run, layout, cache } = await prepare();
  expect(await run()).toMatchObject({ status: 'installed', folder: layout.folder });
  expect(readInstallation(layout)).toMatchObject({ status: 'installed', manifest: { compiler: 'fake compiler' } });
  expect(readdirSync(cache)).toEqual([layout.folder.slice(cache.length + 1)]);
  expect(existsSync(join(layout.includeFolder, 'tensorflow', 'c', 'c_api.h'))).toBe(true);
  expect(existsSync(join(layout.includeFolder, 'absl'))).toBe(false);
  expect(existsSync(join(layout.libraryFolder, 'python'))).toBe(false);
});

test('what is there is not done again, needs no server, and --force does it anew', async () => {
  const { run, index, builds } = await prepare();
  await run();
  expect(await run({ force: true })).toMatchObject({ status: 'installed' });
  await index.close();
  expect(await run()).toMatchObject({ status: 'already-there' });
  expect(builds()).toBe(2);
});

test('two at once: one works, the other waits and finds it done', async () => {
  const { run, builds, index } = await prepare();
  const results = await Promise.all([run(), run()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['already-there', 'installed']);
  expect(builds()).toBe(1);
  expect(index.ranges).toEqual(['']);
});

test('what a killed installation left is removed, and its lock does not hold', async () => {
  const { run, cache } = await prepare();
  mkdirSync(join(cache, 'unfinished-1', 'tensorflow'), { recursive: true });
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(cache, 'install.lock'), JSON.stringify({ pid, host: hostname(), token: 'dead' }));
  await run();
  expect(readdirSync(cache)).toHaveLength(1);
});

test('a broken installation is seen and replaced', async () => {
  const { run, layout } = await prepare();
  await run();
  truncateSync(join(layout.libraryFolder, layout.libraries[0]), 10);
  expect(readInstallation(layout)).toMatchObject({
    status: 'broken',
    reason: expect.stringMatching(/300000 bytes, got 10/),
  });
  expect(await run()).toMatchObject({ status: 'installed' });
  rmSync(layout.quietStderr);
  expect(readInstallation(layout, [layout.quietStderr])).toMatchObject({ status: 'installed' });
  expect(readInstallation(layout)).toMatchObject({ status: 'broken', reason: expect.stringMatching(/quiet_stderr/) });
  expect(await run()).toMatchObject({ status: 'installed' });
  rmSync(layout.binding);
  expect(readInstallation(layout)).toMatchObject({ status: 'broken', reason: expect.stringMatching(/is missing/) });
  writeFileSync(layout.manifest, '{');
  expect(readInstallation(layout)).toMatchObject({ status: 'broken', reason: expect.stringMatching(/not a manifest/) });
});

test.each([
  ['no compiler', 'no-compiler'],
  ['a library that does not load', 'broken-library'],
] as const)('%s: the error comes through, nothing is installed, the download is kept', async (_name, code) => {
  const build = () => Promise.reject(new AcceleratorError(code, 'problem', 'way out'));
  const { run, layout, cache, index } = await prepare({}, { build });
  await expect(run()).rejects.toMatchObject({ code });
  expect(readInstallation(layout).status).toBe('absent');
  expect(readdirSync(cache)).toEqual(['downloads']);
  await expect(run()).rejects.toMatchObject({ code });
  expect(index.ranges).toEqual(['']);
});

test.each<[string, Misbehaviour, string]>([
  ['the index answers 404', { pageStatus: 404 }, 'not-found'],
  ['the index answers 503', { pageStatus: 503 }, 'bad-answer'],
  ['a captive portal answers', { portal: true }, 'bad-answer'],
  ['the file answers 404', { fileStatus: 404 }, 'not-found'],
  ['the file is a web page', { htmlFiles: true }, 'bad-answer'],
  ['the connection always breaks off', { cuts: [10, 10, 10, 10] }, 'no-network'],
])('%s: one line, nothing installed', async (_name, how, code) => {
  const { run, layout, cache } = await prepare(how);
  const error = await run().then(
    () => null,
    (failure: unknown) => failure as AcceleratorError,
  );
  expect(error).toMatchObject({ code });
  expect(error?.message).not.toContain('\n');
  expect(error?.message).toMatch(/PIP_INDEX_URL/);
  expect(readInstallation(layout).status).toBe('absent');
  expect(readdirSync(cache)).toEqual(['downloads']);
});

test('a wheel with another checksum is not installed', async () => {
  const { run, cache } = await prepare({}, { wheels: pinned(await altered()) });
  await expect(run()).rejects.toMatchObject({ code: 'checksum' });
  expect(readdirSync(join(cache, 'downloads'))).toEqual([]);
});

async function altered(): Promise<FakeWheel> {
  const wheel = await fakeTensorflow();
  return { ...wheel, pinned: { ...wheel.pinned, sha256: 'f'.repeat(64) } };
}

test('an index that fails is followed by the next one, and that is told', async () => {
  const good = await prepare();
  const bad = await fakeIndex([], {});
  onTestFinished(() => bad.close());
  const environment = { PIP_INDEX_URL: bad.url, PIP_EXTRA_INDEX_URL: good.index.url, PIP_CONFIG_FILE: '/dev/null' };
  const { run, notes } = await prepare({}, { environment });
  expect(await run()).toMatchObject({ status: 'installed' });
  expect(notes).toContainEqual(expect.stringMatching(/answered 404; another source had it/));
});

test('a password in the address of the index goes to its server as a header', async () => {
  const { index, cache, run } = await prepare();
  const environment = { PIP_INDEX_URL: index.url.replace('//', '//ada:se%20cret@'), PIP_CONFIG_FILE: '/dev/null' };
  const other = await prepare({}, { environment });
  await other.run();
  expect(index.authorizations).toEqual(Array(2).fill(`Basic ${btoa('ada:se cret')}`));
  expect(cache).not.toBe(other.cache);
  await run();
});

test('a folder named by --from or by PIP_FIND_LINKS serves without a network', async () => {
  const { wheel } = await prepare();
  const folder = temporaryFolder();
  writeFileSync(join(folder, wheel.pinned.file), wheel.bytes);
  const none = { PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null' };
  const named = await prepare({}, { environment: none });
  expect(await named.run({ from: folder })).toMatchObject({ status: 'installed' });
  expect(await named.run({ from: join(folder, wheel.pinned.file), force: true })).toMatchObject({
    status: 'installed',
  });
  const links = await prepare({}, { environment: { ...none, PIP_FIND_LINKS: folder } });
  expect(await links.run()).toMatchObject({ status: 'installed' });
  const nothing = await prepare({}, { environment: none });
  await expect(nothing.run()).rejects.toMatchObject({ code: 'no-index' });
});

test('--from with the wrong file, a missing one or a changed one is refused by name', async () => {
  const { run, wheel, index } = await prepare();
  const folder = temporaryFolder();
  await expect(run({ from: join(folder, 'x.whl') })).rejects.toThrow(/x\.whl must be tensorflow_cpu/);
  await expect(run({ from: folder })).rejects.toThrow(/is not there/);
  writeFileSync(join(folder, wheel.pinned.file), 'changed');
  await expect(run({ from: folder })).rejects.toMatchObject({ code: 'checksum' });
  expect(index.ranges).toEqual([]);
});

test('a wheel without the library is no installation', async () => {
  const { run, layout } = await prepare({}, { build: async () => 'compiler that writes nothing' });
  await expect(run()).rejects.toThrow(/does not hold binding\/tfjs_binding\.node/);
  expect(existsSync(layout.folder)).toBe(false);
});

test('an interruption leaves nothing but the download', async () => {
  const stop = new AbortController();
  const build: InstallParts['build'] = async () => {
    stop.abort();
    return 'compiler';
  };
  const { run, cache } = await prepare({}, { build });
  await expect(run({ signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(readdirSync(cache)).toEqual(['downloads']);
});

test('a platform without a wheel, and a cache that cannot be made, are told in one line', async () => {
  const windows = await prepare({}, { machine: { os: 'win32', arch: 'x64', glibc: true } });
  await expect(windows.run()).rejects.toThrow(
    'no wheel of TensorFlow carries its C library for win32-x64; run it in WSL, the Linux of Windows, or use the backend "wasm"',
  );
  const alpine = await prepare({}, { machine: { os: 'linux', arch: 'x64', glibc: false } });
  await expect(alpine.run()).rejects.toThrow(/for linux-x64-musl; use a system with glibc/);
  const mac = await prepare({}, { machine: { os: 'darwin', arch: 'x64', glibc: true } });
  await expect(mac.run()).rejects.toMatchObject({
    code: 'unknown-platform',
    mend: 'install on Linux (glibc, x64 or arm64) or macOS (arm64), or use the backend "wasm"',
  });
  const { run } = await prepare();
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await expect(run({ cache: join(file, 'cache') })).rejects.toMatchObject({ code: 'locked' });
});

test('an installation from before the addon, whose folder has another name, is not used', async () => {
  const { run, layout, cache } = await prepare();
  const before = join(cache, 'tensorflow-2.18.1-cpu-linux-x64-binding-4.22.0');
  mkdirSync(before, { recursive: true });
  expect(layout.folder).toBe(`${before}-layout-2`);
  expect(await run()).toMatchObject({ status: 'installed', folder: layout.folder });
  expect(existsSync(before)).toBe(true);
});

test('a platform on which nothing was tried says so', async () => {
  const { run, notes } = await prepare({}, { machine: { os: 'linux', arch: 'arm64', glibc: true } });
  await run();
  expect(notes[0]).toBe('linux-arm64: written for it, but never run there');
});

test('the layout of a draft is the layout of the place it is moved to', () => {
  const place = nativeLayout('/cache', 'darwin-arm64');
  expect(layoutAt(place.folder, 'darwin-arm64')).toEqual(place);
  expect(place.libraries).toEqual(['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib']);
});

/** An index with a build for the processor and one for CUDA, whose library `cudart` lies beside it. */
async function prepareCuda(how: Misbehaviour = {}, parts: Partial<InstallParts> = {}) {
  const [tensorflow, cudart, cublas] = await Promise.all([
    fakeTensorflow(),
    fakeNvidia('cudart'),
    fakeNvidia('cublas'),
  ]);
  const index = await fakeIndex([tensorflow, cudart, cublas], how);
  onTestFinished(() => index.close());
  const cuda = {
    tensorflow: tensorflow.pinned,
    beside: [cudart.pinned, cublas.pinned],
    unpackedBytes: 300_000,
  };
  const wheels = { ...pinned(tensorflow), 'linux-x64': { ...pinned(tensorflow)['linux-x64'], cuda } };
  const environment = { PIP_INDEX_URL: index.url, PIP_CONFIG_FILE: '/dev/null' };
  const prepared = await prepare({}, { wheels, environment, findGpu: () => ({ status: 'visible' }), ...parts });
  const run = (options: InstallOptions = {}) => prepared.run({ gpu: true, ...options });
  const layout = nativeLayout(prepared.cache, 'linux-x64', 'cuda');
  return { ...prepared, run, layout, index, wheels: [tensorflow, cudart, cublas] };
}

test('--gpu unpacks the libraries of NVIDIA where the run path of TensorFlow leads, in a folder of its own', async () => {
  const { run, layout, cache, notes } = await prepareCuda();
  expect(await run()).toEqual({
    status: 'installed',
    folder: layout.folder,
    tensorflowVersion: '2.18.1',
    build: 'cuda',
  });
  const libraries = ['nvidia/cudart/lib/libcudart.so.12', 'nvidia/cublas/lib/libcublas.so.12'];
  const installation = readInstallation(layout);
  expect(installation).toMatchObject({ status: 'installed', manifest: { files: { [libraries[0] as string]: 14 } } });
  for (const library of libraries) {
    // The run path of TensorFlow's library: $ORIGIN/../nvidia/NAME/lib.
    expect(existsSync(join(layout.libraryFolder, '..', library))).toBe(true);
  }
  expect(readdirSync(join(layout.folder, 'nvidia', 'cudart'))).toEqual(['lib']);
  expect(readdirSync(join(layout.folder, 'nvidia', 'cudart', 'lib'))).toEqual(['libcudart.so.12']);
  expect(existsSync(join(layout.folder, 'nvidia_cudart_cu12-12.5.82.dist-info', 'License.txt'))).toBe(true);
  expect(readdirSync(cache)).toEqual([layout.folder.slice(cache.length + 1)]);
  expect(notes).not.toContainEqual(expect.stringMatching(/computes on the processor/));
  rmSync(join(layout.folder, libraries[1] as string));
  expect(readInstallation(layout)).toMatchObject({ status: 'broken', reason: expect.stringMatching(/libcublas/) });
});

test('--gpu without a GPU installs, and says in one line that the processor computes', async () => {
  const findGpu = () => ({ status: 'none', reason: 'no GPU here', mend: 'buy one' }) as const;
  const { run, notes } = await prepareCuda({}, { findGpu });
  expect(await run()).toMatchObject({ status: 'installed' });
  expect(notes.at(-1)).toBe('no GPU here: TensorFlow computes on the processor; buy one');
  notes.length = 0;
  expect(await run()).toMatchObject({ status: 'already-there' });
  expect(notes).toEqual(['no GPU here: TensorFlow computes on the processor; buy one']);
});

test('both builds at once: one waits for the other, and both are there', async () => {
  const { run, cache } = await prepareCuda();
  const results = await Promise.all([run(), run({ gpu: false })]);
  expect(results.map(({ build, status }) => `${build} ${status}`)).toEqual(['cuda installed', 'cpu installed']);
  expect(readdirSync(cache)).toHaveLength(2);
});

test('a wheel beside TensorFlow that cannot be had leaves no half installation, and what came is not fetched again', async () => {
  const { run, layout, cache, index, wheels } = await prepareCuda({ missing: ['nvidia_cublas'] });
  const error = await run().catch((failure: unknown) => failure as AcceleratorError);
  expect(error).toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(/nvidia_cublas[^\n]*PIP_INDEX_URL[^\n]*$/),
  });
  expect(readInstallation(layout).status).toBe('absent');
  expect(readdirSync(join(cache, 'downloads'))).toHaveLength(2);
  const fetched = index.ranges.length;
  const folder = temporaryFolder();
  for (const {
    pinned: { file },
    bytes,
  } of wheels)
    writeFileSync(join(folder, file), bytes);
  expect(await run({ from: folder })).toMatchObject({ status: 'installed' });
  expect(index.ranges).toHaveLength(fetched);
});

test("--from with TensorFlow's wheel alone takes the others from the index", async () => {
  const { run, index, wheels } = await prepareCuda();
  const folder = temporaryFolder();
  const [tensorflow] = wheels as [FakeWheel];
  const file = join(folder, tensorflow.pinned.file);
  writeFileSync(file, tensorflow.bytes);
  expect(await run({ from: file })).toMatchObject({ status: 'installed' });
  expect(index.ranges).toHaveLength(2);
});

test('CUDA on a platform without such a build is told in one line', async () => {
  const { run } = await prepareCuda({}, { machine: { os: 'darwin', arch: 'arm64', glibc: true } });
  await expect(run()).rejects.toThrow(
    'the CUDA build of TensorFlow is published for linux-x64 only, this is darwin-arm64; install without --gpu: that computes on the processor',
  );
});

test('a disk without room is refused before anything is fetched', async () => {
  const { run, index, cache } = await prepareCuda({}, { free: async () => 1000 });
  await expect(run()).rejects.toMatchObject({ code: 'disk-full', problem: expect.stringMatching(/0\.0 GB are free/) });
  expect(index.ranges).toEqual([]);
  expect(readdirSync(cache)).toEqual([]);
});

test('a disk that fills up while the binding is made: one line, and only the download stays', async () => {
  const build = () => Promise.reject(Object.assign(new Error('write'), { code: 'ENOSPC' }));
  const { run, cache } = await prepare({}, { build });
  await expect(run()).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(
      /^the disk of [^\n]+ is full \(what was unpacked is removed\); free some space[^\n]+$/,
    ),
  });
  expect(readdirSync(cache)).toEqual(['downloads']);
});

test("where the index fails TensorFlow.js's own archive is the last source, and a later call looks for the wheel again", async () => {
  const archive = await serveArchive(await fakeArchive());
  const how: Misbehaviour = { fileStatus: 404 };
  const { run, cache, notes } = await prepare(how, { archive: () => archive });
  const old = nativeLayout(cache, 'linux-x64', 'archive');
  expect(await run()).toEqual({
    status: 'installed',
    folder: old.folder,
    tensorflowVersion: '2.9.1',
    build: 'archive',
  });
  expect(readInstallation(old)).toMatchObject({ status: 'installed', manifest: { tensorflow: '2.9.1' } });
  expect(notes).toContainEqual(expect.stringMatching(/answered 404; trying TensorFlow\.js's own archive, .* 2\.9\.1$/));
  expect(await run()).toMatchObject({ status: 'already-there', build: 'archive' });
  expect(archive.asked).toHaveLength(1);
  delete how.fileStatus;
  expect(await run()).toMatchObject({ status: 'installed', build: 'cpu', tensorflowVersion: '2.18.1' });
});

test('if that fails too, the first failure is thrown, the second told, and nothing is installed', async () => {
  const archive = await serveArchive(Buffer.from(''), 503);
  const { run, cache, notes } = await prepare({ pageStatus: 404 }, { archive: () => archive });
  await expect(run()).rejects.toMatchObject({ code: 'not-found' });
  expect(notes.at(-1)).toMatch(/answered 503$/);
  expect(readdirSync(cache)).toEqual(['downloads']);
});

test('neither a named folder, nor CUDA, nor a compiler that fails, nor an index switched off leads to the archive', async () => {
  const archive = await serveArchive(await fakeArchive());
  const parts = { archive: () => archive };
  const cuda = await prepareCuda({ fileStatus: 404 }, parts);
  await expect(cuda.run()).rejects.toMatchObject({ code: 'not-found' });
  const failing = () => Promise.reject(new AcceleratorError('no-compiler', 'none', 'install one'));
  const { run } = await prepare({}, { ...parts, build: failing });
  await expect(run({ from: temporaryFolder() })).rejects.toMatchObject({ code: 'not-found' });
  await expect(run()).rejects.toMatchObject({ code: 'no-compiler' });
  const off = await prepare({}, { ...parts, environment: { PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null' } });
  await expect(off.run()).rejects.toMatchObject({ code: 'no-index' });
  expect(archive.asked).toEqual([]);
});
