import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { buildBinding } from './build-binding.js';
import { cacheFolder } from './cache-folder.js';
import { diskFull } from './disk-full.js';
import type { OnInstallEvent } from './install-event.js';
import { withLock } from './lock.js';
import { readInstallation } from './manifest.js';
import { BINDING_VERSION, layoutAt, type NativeLayout, nativeLayout, TENSORFLOW_VERSION } from './native-layout.js';
import { obtainWheel, type WheelSources } from './obtain-wheel.js';
import { PINNED_WHEELS, type PinnedWheels, TRIED_PLATFORMS } from './pinned-wheels.js';
import { pipSettings } from './pip-settings.js';
import { type Machine, machineName, type Platform, platformOf, thisMachine } from './platform.js';
import { unpackWheel } from './unpack-wheel.js';

/** How to install native TensorFlow. */
export interface InstallOptions {
  /** The cache folder; by default the user's own, shared by all projects. */
  readonly cache?: string;
  /** A wheel, or a folder of wheels, to take instead of any download. */
  readonly from?: string;
  /** Install anew even if it is there. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnInstallEvent;
}

/** What an installation did. */
export interface InstallResult {
  readonly status: 'installed' | 'already-there';
  readonly folder: string;
  readonly tensorflowVersion: string;
}

/** Parts of an installation that a test replaces. */
export interface InstallParts {
  readonly machine: Machine;
  readonly wheels: Readonly<Record<Platform, PinnedWheels>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly pythons: readonly string[];
  readonly pauses?: readonly number[];
  /** Makes the binding of a layout and returns the name of the compiler. */
  readonly build: typeof buildBinding;
}

/**
 * Installs native TensorFlow for TensorFlow.js into the cache folder: gets the wheel, checks its SHA-256, unpacks the
 * two libraries and the C headers, compiles the binding and the addon, loads them once in a process of their own, and
 * renames the whole into its place. Until that rename nothing is installed, after it all is: an interruption at any moment leaves either.
 * A download goes on where it stopped. Installations at the same time wait for each other; what is there is not done
 * again.
 *
 * Throws an `AcceleratorError`, whose message is one line with the way out.
 */
export function install(options: InstallOptions = {}): Promise<InstallResult> {
  return installFrom(options, {
    machine: thisMachine(),
    wheels: PINNED_WHEELS,
    environment: process.env,
    pythons: ['python3', 'python'],
    build: buildBinding,
  });
}

/** `install` with its surroundings as an argument. */
export async function installFrom(options: InstallOptions, parts: InstallParts): Promise<InstallResult> {
  const { cache = cacheFolder(parts.environment), force = false, onEvent = () => {} } = options;
  const platform = platformOf(parts.machine);
  if (platform === null) {
    throw new AcceleratorError(
      'unknown-platform',
      `no wheel of TensorFlow carries its C library for ${machineName(parts.machine)}`,
      'use the backend "wasm", or install on Linux (glibc, x64 or arm64) or macOS (arm64)',
    );
  }
  const layout = nativeLayout(cache, platform);
  const done = (status: InstallResult['status']): InstallResult => ({
    status,
    folder: layout.folder,
    tensorflowVersion: TENSORFLOW_VERSION,
  });
  if (!force && readInstallation(layout).status === 'installed') return done('already-there');
  await makeFolder(cache);
  return withLock(
    join(cache, 'install.lock'),
    async () => {
      if (!force && readInstallation(layout).status === 'installed') return done('already-there');
      await removeLeftovers(cache);
      await installInto(layout, platform, { ...options, cache, onEvent }, parts);
      return done('installed');
    },
    {
      onWait: ({ pid }) => onEvent({ status: 'note', text: `waiting for the installation of process ${pid}` }),
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
}

type Settled = InstallOptions & { readonly cache: string; readonly onEvent: OnInstallEvent };

async function installInto(
  layout: NativeLayout,
  platform: Platform,
  options: Settled,
  parts: InstallParts,
): Promise<void> {
  const { cache, signal, onEvent } = options;
  if (!TRIED_PLATFORMS.includes(platform)) {
    onEvent({ status: 'note', text: `${platform}: written for it, but never run there` });
  }
  const sources: WheelSources = {
    downloads: join(cache, 'downloads'),
    pip: pipSettings(parts.environment),
    pythons: parts.pythons,
    onEvent,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(parts.pauses ? { pauses: parts.pauses } : {}),
    ...(signal ? { signal } : {}),
  };
  const { tensorflow, zig } = parts.wheels[platform];
  const wheel = await obtainWheel(tensorflow, sources);
  const draft = layoutAt(temporary(cache), platform);
  try {
    onEvent({ status: 'note', text: `unpacking ${tensorflow.file}` });
    await unpackWheel({ wheel, folder: draft.folder, wanted: wantedOf(draft), ...(signal ? { signal } : {}) });
    const compiler = await parts.build({ layout: draft, platform, zig, sources, scratch: temporary(cache) });
    signal?.throwIfAborted();
    await writeManifest(draft, { wheel: tensorflow.file, sha256: tensorflow.sha256, compiler });
    await moveIntoPlace(draft.folder, layout.folder, temporary(cache));
  } catch (error) {
    await rm(draft.folder, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw diskFull(draft.folder, 'what was unpacked is removed', error);
  }
  await rm(sources.downloads, { recursive: true, force: true });
}

/** Of a wheel of 250 MB and 12,000 files: the two libraries, the headers that the binding includes, the licences. */
function wantedOf(layout: NativeLayout): (path: string) => boolean {
  const libraries = layout.libraries.map((library) => `tensorflow/${library}`);
  const headers =
    /^tensorflow\/include\/(tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|tsl\/platform\/ctstring|xla\/tsl\/c\/)/;
  const licences = /^tensorflow\/(THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/;
  return (path) => libraries.includes(path) || headers.test(path) || licences.test(path);
}

async function writeManifest(
  layout: NativeLayout,
  about: { readonly wheel: string; readonly sha256: string; readonly compiler: string },
): Promise<void> {
  const libraries = layout.libraries.map((library) => `tensorflow/${library}`);
  const names = [...libraries, 'binding/tfjs_binding.node', 'binding/quiet_stderr.node'];
  const sizes: Record<string, number> = {};
  for (const name of names) {
    const found = await stat(join(layout.folder, name)).catch(() => null);
    if (found === null) {
      throw new AcceleratorError('broken-wheel', `${about.wheel} does not hold ${name}`, 'install again');
    }
    sizes[name] = found.size;
  }
  const manifest = { tensorflow: TENSORFLOW_VERSION, binding: BINDING_VERSION, ...about, files: sizes };
  const file = await open(layout.manifest, 'wx');
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** One rename; what lay there before (a broken installation) is moved aside first. */
async function moveIntoPlace(draft: string, place: string, aside: string): Promise<void> {
  await rename(place, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(draft, place);
  await syncFolder(dirname(place));
  await rm(aside, { recursive: true, force: true });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const TEMPORARY = 'unfinished-';

function temporary(cache: string): string {
  return join(cache, `${TEMPORARY}${randomUUID()}`);
}

/** What an interrupted installation left. Only the holder of the lock may call it. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith(TEMPORARY)) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new AcceleratorError(
      'locked',
      `the cache folder ${folder} cannot be made (${code})`,
      'name a writable one with TURNWISE_CACHE',
      { cause: error },
    );
  }
}
