import { join } from 'node:path';
import type { Platform } from './platform.js';

/** The one version of TensorFlow that is installed, on every platform. */
export const TENSORFLOW_VERSION = '2.18.1';

/** The version in TensorFlow.js's own archive, which is installed only where the other one cannot be had. */
export const ARCHIVE_VERSION = '2.9.1';

/**
 * Which build of TensorFlow: for the processor; for NVIDIA's GPUs (it computes on the processor where none is); the old
 * one in TensorFlow.js's own archive, for the processor.
 */
export type TensorflowBuild = 'cpu' | 'cuda' | 'archive';

/** The version of `@tensorflow/tfjs-node-gpu` whose binding is compiled. */
export const BINDING_VERSION = '4.22.0';

/**
 * Goes up with every change of what an installation holds. It is part of the folder's name, so that an installation
 * made before the change is not taken for a whole one. 2: `quiet_stderr.node` joined.
 */
export const LAYOUT_REVISION = 2;

/**
 * Where an installed TensorFlow lies. Inside `folder` the wheel's own layout is kept, because the CUDA build finds its
 * libraries relative to it:
 *
 *     tensorflow/libtensorflow_cc.so.2          the C API and everything behind it
 *     tensorflow/libtensorflow_framework.so.2
 *     tensorflow/include/...                    the C headers
 *     nvidia/LIBRARY/lib/...                    of the CUDA build only: what its run path leads to
 *     binding/tfjs_binding.node                 its run path is relative: ../tensorflow
 *     binding/quiet_stderr.node                 our own addon, from native/quiet_stderr.cc
 *     manifest.json                             written last
 *
 * The folder appears by one rename, so it is there whole or not at all.
 */
export interface NativeLayout {
  /** The version of TensorFlow. */
  readonly version: string;
  readonly folder: string;
  readonly libraryFolder: string;
  readonly libraries: readonly [string, string];
  readonly includeFolder: string;
  readonly binding: string;
  readonly quietStderr: string;
  readonly manifest: string;
}

/** The layout of the installation of `platform` in a cache folder; each build has a folder of its own. */
export function nativeLayout(cache: string, platform: Platform, build: TensorflowBuild = 'cpu'): NativeLayout {
  const versions = `tensorflow-${versionOf(build)}-${build}-${platform}-binding-${BINDING_VERSION}`;
  return layoutAt(join(cache, `${versions}-layout-${LAYOUT_REVISION}`), platform, build);
}

/** The same layout in another folder: the one in which an installation is prepared. */
export function layoutAt(folder: string, platform: Platform, build: TensorflowBuild = 'cpu'): NativeLayout {
  return {
    version: versionOf(build),
    folder,
    libraryFolder: join(folder, 'tensorflow'),
    libraries: libraryNames(platform, build === 'archive' ? 'libtensorflow' : 'libtensorflow_cc'),
    includeFolder: join(folder, 'tensorflow', 'include'),
    binding: join(folder, 'binding', 'tfjs_binding.node'),
    quietStderr: join(folder, 'binding', 'quiet_stderr.node'),
    manifest: join(folder, 'manifest.json'),
  };
}

function versionOf(build: TensorflowBuild): string {
  return build === 'archive' ? ARCHIVE_VERSION : TENSORFLOW_VERSION;
}

function libraryNames(platform: Platform, main: string): readonly [string, string] {
  switch (platform) {
    case 'linux-x64':
    case 'linux-arm64':
      return [`${main}.so.2`, 'libtensorflow_framework.so.2'];
    case 'darwin-arm64':
      return [`${main}.2.dylib`, 'libtensorflow_framework.2.dylib'];
    default:
      return platform satisfies never;
  }
}
