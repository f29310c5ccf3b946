import { join } from 'node:path';
import type { Platform } from './platform.js';

/** The one version of TensorFlow that is installed, on every platform. */
export const TENSORFLOW_VERSION = '2.18.1';

/** The version of `@tensorflow/tfjs-node-gpu` whose binding is compiled. */
export const BINDING_VERSION = '4.22.0';

/**
 * Where an installed TensorFlow lies. Inside `folder` the wheel's own layout is kept, because the CUDA build finds its
 * libraries relative to it:
 *
 *     tensorflow/libtensorflow_cc.so.2          the C API and everything behind it
 *     tensorflow/libtensorflow_framework.so.2
 *     tensorflow/include/...                    the C headers
 *     binding/tfjs_binding.node                 its run path is relative: ../tensorflow
 *     manifest.json                             written last
 *
 * The folder appears by one rename, so it is there whole or not at all.
 */
export interface NativeLayout {
  readonly folder: string;
  readonly libraryFolder: string;
  readonly libraries: readonly [string, string];
  readonly includeFolder: string;
  readonly binding: string;
  readonly manifest: string;
}

/** The layout of the installation of `platform` in a cache folder. */
export function nativeLayout(cache: string, platform: Platform): NativeLayout {
  return layoutAt(join(cache, `tensorflow-${TENSORFLOW_VERSION}-cpu-${platform}-binding-${BINDING_VERSION}`), platform);
}

/** The same layout in another folder: the one in which an installation is prepared. */
export function layoutAt(folder: string, platform: Platform): NativeLayout {
  return {
    folder,
    libraryFolder: join(folder, 'tensorflow'),
    libraries: libraryNames(platform),
    includeFolder: join(folder, 'tensorflow', 'include'),
    binding: join(folder, 'binding', 'tfjs_binding.node'),
    manifest: join(folder, 'manifest.json'),
  };
}

function libraryNames(platform: Platform): readonly [string, string] {
  switch (platform) {
    case 'linux-x64':
    case 'linux-arm64':
      return ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
    case 'darwin-arm64':
      return ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'];
    default:
      return platform satisfies never;
  }
}
