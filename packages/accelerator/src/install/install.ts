import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AcceleratorError, type AcceleratorErrorCode } from '../accelerator-error.js';
import { buildBinding } from './build-binding.js';
import { cacheFolder } from './cache-folder.js';
import { installDraft, removeLeftovers, type Target } from './draft.js';
import { findGpu } from './find-gpu.js';
import { fromArchive } from './from-archive.js';
import { fromWheels } from './from-wheels.js';
import type { OnInstallEvent } from './install-event.js';
import { withLock } from './lock.js';
import { readInstallation } from './manifest.js';
import { ARCHIVE_VERSION, nativeLayout, type TensorflowBuild } from './native-layout.js';
import { type WheelSources, withoutNamedFile } from './obtain-wheel.js';
import { PINNED_WHEELS, type PinnedBuild, type PinnedWheels, TRIED_PLATFORMS } from './pinned-wheels.js';
import { pipSettings } from './pip-settings.js';
import { type Machine, machineName, type Platform, platformMend, platformOf, thisMachine } from './platform.js';
import { type freeSpace, requireSpace } from './require-space.js';
import type { Unpack } from './tensorflow-source.js';
import { tfjsArchive } from './tfjs-archive.js';

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
  /** TensorFlow.js's own archive, the last source; without it there is none. */
  readonly archive?: typeof tfjsArchive;
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
 * Where no index has the wheel for the processor, TensorFlow.js's own archive is tried: TensorFlow 2.9.1, in a folder of
 * its own. A later call looks for the wheel again.
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
    archive: tfjsArchive,
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
  const target: Target = { cache, platform, build };
  const done = (result: InstallResult): InstallResult => {
    if (gpu) noteGpu(onEvent, parts.findGpu);
    return result;
  };
  if (!force && isThere(target)) return done(resultOf(target, 'already-there'));
  await makeFolder(cache);
  return withLock(
    join(cache, 'install.lock'),
    async () => {
      if (!force && isThere(target)) return done(resultOf(target, 'already-there'));
      await removeLeftovers(cache);
      const settled = { ...options, onEvent };
      const sources = sourcesOf(target, settled, parts);
      return done(await installOne({ target, options: settled, parts, sources }, wheels));
    },
    {
      onWait: ({ pid }) => onEvent({ status: 'note', text: `waiting for the installation of process ${pid}` }),
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
}

/** An installation under way. */
interface Work {
  readonly target: Target;
  readonly options: InstallOptions & { readonly onEvent: OnInstallEvent };
  readonly parts: InstallParts;
  readonly sources: WheelSources;
}

async function installOne(work: Work, wheels: PinnedBuild): Promise<InstallResult> {
  const { target, options, parts, sources } = work;
  const { cache, platform } = target;
  if (!TRIED_PLATFORMS.includes(platform)) {
    options.onEvent({ status: 'note', text: `${platform}: written for it, but never run there` });
  }
  const { downloads } = sources;
  await requireSpace({ cache, downloads, build: wheels, named: options.from !== undefined }, parts.free);
  let unpack: Unpack;
  try {
    unpack = await fromWheels(wheels, sources);
  } catch (error) {
    return archiveInstead(error, work);
  }
  await installDraft(target, unpack, await maker(work), options.signal);
  await rm(downloads, { recursive: true, force: true });
  return resultOf(target, 'installed');
}

/** Failures after which another server may still help. */
const ELSEWHERE: readonly AcceleratorErrorCode[] = ['no-network', 'not-found', 'bad-answer', 'checksum'];

/** The last source, if the wheel could not be had for this reason; else, and if it fails too, the reason is thrown. */
async function archiveInstead(reason: unknown, work: Work): Promise<InstallResult> {
  const { options, parts, sources } = work;
  const { onEvent, signal } = options;
  const archive = parts.archive?.(work.target.platform, parts.environment) ?? null;
  const may = work.target.build === 'cpu' && options.from === undefined && archive !== null;
  if (!may || !(reason instanceof AcceleratorError) || !ELSEWHERE.includes(reason.code)) throw reason;
  const target: Target = { ...work.target, build: 'archive' };
  if (!options.force && isThere(target)) return resultOf(target, 'already-there');
  const text = `${reason.problem}; trying TensorFlow.js's own archive, which holds TensorFlow ${ARCHIVE_VERSION}`;
  onEvent({ status: 'note', text });
  try {
    const unpack = await fromArchive(archive, sources);
    await installDraft(target, unpack, await maker(work), signal);
    await rm(join(sources.downloads, archive.file), { force: true });
    return resultOf(target, 'installed');
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof AcceleratorError)) throw error;
    onEvent({ status: 'note', text: error.problem });
    throw reason;
  }
}

/** What makes the binding of a draft. */
async function maker({ target, parts, sources }: Work): Promise<Parameters<typeof installDraft>[2]> {
  const { platform } = target;
  const others = await withoutNamedFile(sources);
  return (layout, scratch) =>
    parts.build({ layout, platform, zig: parts.wheels[platform].zig, sources: others, scratch });
}

function sourcesOf(target: Target, options: Work['options'], parts: InstallParts): WheelSources {
  const { from, signal, onEvent } = options;
  return {
    downloads: join(target.cache, 'downloads'),
    pip: pipSettings(parts.environment),
    pythons: parts.pythons,
    onEvent,
    ...(from === undefined ? {} : { from }),
    ...(parts.pauses ? { pauses: parts.pauses } : {}),
    ...(signal ? { signal } : {}),
  };
}

function isThere({ cache, platform, build }: Target): boolean {
  return readInstallation(nativeLayout(cache, platform, build)).status === 'installed';
}

function resultOf({ cache, platform, build }: Target, status: InstallResult['status']): InstallResult {
  const { folder, version } = nativeLayout(cache, platform, build);
  return { status, folder, tensorflowVersion: version, build };
}

function unknownPlatform(machine: Machine): AcceleratorError {
  return new AcceleratorError(
    'unknown-platform',
    `no wheel of TensorFlow carries its C library for ${machineName(machine)}`,
    `${platformMend(machine) ?? 'install on Linux (glibc, x64 or arm64) or macOS (arm64)'}, or use the backend "wasm"`,
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
