import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';
import { buildBinding } from './build-binding.js';
import { cacheFolder } from './cache-folder.js';
import { diskFull } from './disk-full.js';
import { findGpu } from './find-gpu.js';
import type { OnInstallEvent } from './install-event.js';
import { withLock } from './lock.js';

import { readInstallation, writeManifest } from './manifest.js';
import { moveIntoPlace } from './move-into-place.js';
import {
  layoutAt,
  type NativeLayout,
  nativeLayout,
  TENSORFLOW_VERSION,
  type TensorflowBuild,
} from './native-layout.js';
import { obtainWheel, type WheelSources, withoutNamedFile } from './obtain-wheel.js';
import { PINNED_WHEELS, type PinnedBuild, type PinnedWheels, TRIED_PLATFORMS } from './pinned-wheels.js';
import { pipSettings } from './pip-settings.js';
import { type Machine, machineName, type Platform, platformOf, thisMachine } from './platform.js';
import { type freeSpace, requireSpace } from './require-space.js';
import { unpackWheel } from './unpack-wheel.js';
import { wantedOfNvidia, wantedOfTensorflow } from './wanted-files.js';

/** How to install native TensorFlow. */
export interface InstallOptions {
  /** The cache folder; by default the user's own, shared by all projects. */
  readonly cache?: string;
  /** The CUDA build for NVIDIA's GPUs (linux-x64, 2.4 GB), in a folder of its own beside the one for the processor. */
  readonly gpu?: boolean;
  /** TensorFlow's wheel, or a folder of all wheels needed, to take instead of any download. */
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
  readonly build: TensorflowBuild;
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
  readonly free?: typeof freeSpace;
  readonly findGpu?: typeof findGpu;
}

/**
 * Installs native TensorFlow for TensorFlow.js into the cache folder: looks whether the disk has room, gets the wheel,
 * checks its SHA-256, unpacks the two libraries and the C headers, takes or compiles the binding and the addon, loads
 * them once in a process of their own, and renames the whole into its place. Until that rename nothing is installed,
 * after it all is: an interruption at any moment leaves either. A download goes on where it stopped. Installations at
 * the same time wait for each other; what is there is not done again.
 *
 * With `gpu` it is the CUDA build, and NVIDIA's libraries are unpacked beside it, where its run path finds them. That
 * needs no GPU: without one it computes on the processor, and a note says so.
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
  const { cache = cacheFolder(parts.environment), force = false, gpu = false, onEvent = () => {} } = options;
  const platform = platformOf(parts.machine);
  if (platform === null) throw unknownPlatform(parts.machine);
  const build: TensorflowBuild = gpu ? 'cuda' : 'cpu';
  const wheels = parts.wheels[platform][build];
  if (wheels === null) throw noCudaBuild(platform);
  const layout = nativeLayout(cache, platform, build);
  const done = (status: InstallResult['status']): InstallResult => {
    if (gpu) noteGpu(onEvent, parts.findGpu);
    return { status, folder: layout.folder, tensorflowVersion: TENSORFLOW_VERSION, build };
  };
  if (!force && readInstallation(layout).status === 'installed') return done('already-there');
  await makeFolder(cache);
  return withLock(
    join(cache, 'install.lock'),
    async () => {
      if (!force && readInstallation(layout).status === 'installed') return done('already-there');
      await removeLeftovers(cache);
      await installInto({ layout, platform, wheels }, { ...options, cache, onEvent }, parts);
      return done('installed');
    },
    {
      onWait: ({ pid }) => onEvent({ status: 'note', text: `waiting for the installation of process ${pid}` }),
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
}

function unknownPlatform(machine: Machine): AcceleratorError {
  return new AcceleratorError(
    'unknown-platform',
    `no wheel of TensorFlow carries its C library for ${machineName(machine)}`,
    'use the backend "wasm", or install on Linux (glibc, x64 or arm64) or macOS (arm64)',
  );
}

function noCudaBuild(platform: Platform): AcceleratorError {
  return new AcceleratorError(
    'unknown-platform',
    `the CUDA build of TensorFlow is published for linux-x64 only, this is ${platform}`,
    'install without --gpu: that computes on the processor',
  );
}

/** One line if the CUDA build will compute on the processor. */
function noteGpu(onEvent: OnInstallEvent, find: typeof findGpu = findGpu): void {
  const gpu = find();
  if (gpu.status === 'visible') return;
  const mend = gpu.mend === null ? '' : `; ${gpu.mend}`;
  onEvent({ status: 'note', text: `${gpu.reason}: TensorFlow computes on the processor${mend}` });
}

type Settled = InstallOptions & { readonly cache: string; readonly onEvent: OnInstallEvent };

/** What is installed, and where to. */
interface Target {
  readonly layout: NativeLayout;
  readonly platform: Platform;
  readonly wheels: PinnedBuild;
}

async function installInto({ layout, platform, wheels }: Target, options: Settled, parts: InstallParts): Promise<void> {
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
  const { downloads } = sources;
  await requireSpace({ cache, downloads, build: wheels, named: options.from !== undefined }, parts.free);
  const obtained = await obtainAll(wheels, sources);
  const draft = layoutAt(temporary(cache), platform);
  try {
    const beside = await unpackAll(wheels, obtained, draft, options);
    const compiler = await parts.build({
      layout: draft,
      platform,
      zig: parts.wheels[platform].zig,
      sources: await withoutNamedFile(sources),
      scratch: temporary(cache),
    });
    signal?.throwIfAborted();
    const { file: wheel, sha256 } = wheels.tensorflow;
    await writeManifest(draft, { wheel, sha256, compiler }, beside);
    await moveIntoPlace(draft.folder, layout.folder, temporary(cache));
  } catch (error) {
    await rm(draft.folder, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw diskFull(draft.folder, 'what was unpacked is removed', error);
  }
  await rm(downloads, { recursive: true, force: true });
}

/** The paths of a build's wheels: TensorFlow's first, then those beside it. */
async function obtainAll(wheels: PinnedBuild, sources: WheelSources): Promise<readonly string[]> {
  const paths = [await obtainWheel(wheels.tensorflow, sources)];
  const others = await withoutNamedFile(sources);
  for (const wheel of wheels.beside) paths.push(await obtainWheel(wheel, others));
  return paths;
}

/** Unpacks a build's wheels into one folder; gives the libraries that lie beside TensorFlow's. */
async function unpackAll(
  wheels: PinnedBuild,
  paths: readonly string[],
  draft: NativeLayout,
  { onEvent, signal }: Settled,
): Promise<readonly string[]> {
  const libraries: string[] = [];
  for (const [index, { file }] of [wheels.tensorflow, ...wheels.beside].entries()) {
    onEvent({ status: 'note', text: `unpacking ${file}` });
    const unpacked = await unpackWheel({
      wheel: paths[index] as string,
      folder: draft.folder,
      wanted: index === 0 ? wantedOfTensorflow(draft) : wantedOfNvidia,
      ...(signal ? { signal } : {}),
    });
    if (index > 0) libraries.push(...unpacked.filter((path) => /\.so[.\d]*$/.test(path)));
  }
  return libraries;
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
