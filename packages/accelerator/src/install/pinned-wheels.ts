import { TENSORFLOW_VERSION } from './native-layout.js';
import type { Platform } from './platform.js';

/** A file of the Python package index, with the SHA-256 that it must have. */
export interface PinnedWheel {
  /** The project's name on the index. */
  readonly project: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What is installed on a platform: TensorFlow, and the compiler that is taken when the machine has none. */
export interface PinnedWheels {
  readonly tensorflow: PinnedWheel;
  readonly zig: PinnedWheel;
}

const ZIG_VERSION = '0.17.0';

/**
 * The wheels of each platform. The hashes of linux-x64 were computed from the files. Those of linux-arm64 and
 * darwin-arm64 are the index's own; their file lists were read, but they were never run.
 *
 * TensorFlow's wheels for Windows hold the C API only inside a Python extension module, so they cannot serve.
 */
export const PINNED_WHEELS: Readonly<Record<Platform, PinnedWheels>> = {
  'linux-x64': {
    tensorflow: tensorflow(
      'tensorflow-cpu',
      'tensorflow_cpu-2.18.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
      '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
      230_236_181,
    ),
    zig: zig(
      'ziglang-0.17.0-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
      '97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b',
      101_011_302,
    ),
  },
  'linux-arm64': {
    tensorflow: tensorflow(
      'tensorflow',
      'tensorflow-2.18.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
      '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
      231_937_898,
    ),
    zig: zig(
      'ziglang-0.17.0-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
      'd2804f94f54f7fcf8169f4b212a619ad688a4e2e6592e976f0cf2e58e2cd8af3',
      97_992_724,
    ),
  },
  'darwin-arm64': {
    tensorflow: tensorflow(
      'tensorflow',
      'tensorflow-2.18.1-cp311-cp311-macosx_12_0_arm64.whl',
      '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
      239_549_037,
    ),
    zig: zig(
      'ziglang-0.17.0-py3-none-macosx_13_0_arm64.whl',
      '87274af689c4128051b26c80f6f676757e0a81c2fdc137fd8b5679e928e4bc4f',
      100_425_967,
    ),
  },
};

/** The platforms on which an installation has been tried; on the others it was never run. */
export const TRIED_PLATFORMS: readonly Platform[] = ['linux-x64'];

function tensorflow(project: string, file: string, sha256: string, bytes: number): PinnedWheel {
  return { project, version: TENSORFLOW_VERSION, file, sha256, bytes };
}

function zig(file: string, sha256: string, bytes: number): PinnedWheel {
  return { project: 'ziglang', version: ZIG_VERSION, file, sha256, bytes };
}
