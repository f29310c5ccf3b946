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

/** A build of TensorFlow: its wheel, those unpacked beside it, and the bytes that all of them unpack to. */
export interface PinnedBuild {
  readonly tensorflow: PinnedWheel;
  readonly beside: readonly PinnedWheel[];
  readonly unpackedBytes: number;
}

/**
 * What is installed on a platform: a build of TensorFlow, and the compiler that is taken when the machine has none.
 * `cuda` is `null` where TensorFlow publishes no such build.
 */
export interface PinnedWheels {
  readonly cpu: PinnedBuild;
  readonly cuda: PinnedBuild | null;
  readonly zig: PinnedWheel;
}

const ZIG_VERSION = '0.17.0';

/**
 * TensorFlow for CUDA 12.5 and the wheels that the extra `and-cuda` of its metadata pins: 2.4 GB, 4.1 GB unpacked. Where
 * there is no GPU it was loaded and computed on the processor; on a GPU it was never run.
 */
const CUDA_LINUX_X64: PinnedBuild = {
  tensorflow: tensorflow(
    'tensorflow',
    'tensorflow-2.18.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'c9f87e5d2a680a4595f5dc30daf6bbaec9d4129b46d7ef1b2af63c46ac7d2828',
    615_510_377,
  ),
  beside: [
    nvidia('cublas', '12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b', 363_313_169),
    nvidia('cuda-cupti', '12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953', 13_811_507),
    nvidia('cuda-nvcc', '12.5.82', 'b03e545b8e8c3ce7ebcd7fc44063180ff52ff01d064ece2127ed90a04ef12cd0', 22_468_537),
    nvidia('cuda-nvrtc', '12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd', 24_873_108),
    nvidia('cuda-runtime', '12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115', 895_707),
    nvidia('cudnn', '9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d', 577_163_502),
    nvidia('cufft', '11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8', 192_524_114),
    nvidia('curand', '10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536', 56_309_107),
    nvidia('cusolver', '11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b', 130_341_232),
    nvidia('cusparse', '12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752', 217_558_979),
    nvidia('nccl', '2.21.5', '8579076d30a8c24988834445f8d633c697d42397e92ffc3f63fa26766d25e0a0', 188_654_414),
    nvidia('nvjitlink', '12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212', 21_298_879),
  ],
  unpackedBytes: 4_060_000_000,
};

/**
 * The wheels of each platform. The hashes of linux-x64 were computed from the files, CUDA's among them. Those of
 * linux-arm64 and darwin-arm64 are the index's own; their file lists were read, but they were never run.
 *
 * TensorFlow's wheels for Windows hold the C API only inside a Python extension module, so they cannot serve.
 */
export const PINNED_WHEELS: Readonly<Record<Platform, PinnedWheels>> = {
  'linux-x64': {
    cpu: alone(
      tensorflow(
        'tensorflow-cpu',
        'tensorflow_cpu-2.18.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
        '810c75d7149d2da0cb2092187817b0dcabb80728ca9f9cf3a61f3f42fadd1298',
        230_236_181,
      ),
    ),
    cuda: CUDA_LINUX_X64,
    zig: zig(
      'ziglang-0.17.0-py3-none-manylinux_2_12_x86_64.manylinux2010_x86_64.musllinux_1_1_x86_64.whl',
      '97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b',
      101_011_302,
    ),
  },
  'linux-arm64': {
    cpu: alone(
      tensorflow(
        'tensorflow',
        'tensorflow-2.18.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
        '8a6485edd2148f70d011dbd1d8dc2c775e91774a5a159466e83d0d1f21580944',
        231_937_898,
      ),
    ),
    cuda: null,
    zig: zig(
      'ziglang-0.17.0-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl',
      'd2804f94f54f7fcf8169f4b212a619ad688a4e2e6592e976f0cf2e58e2cd8af3',
      97_992_724,
    ),
  },
  'darwin-arm64': {
    cpu: alone(
      tensorflow(
        'tensorflow',
        'tensorflow-2.18.1-cp311-cp311-macosx_12_0_arm64.whl',
        '661029cd769b311db910b79a3a6ef50a5a61ecc947172228c777a49989722508',
        239_549_037,
      ),
    ),
    cuda: null,
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

/** A build that needs nothing beside it. Its two libraries and headers have 684 MB on linux-x64. */
function alone(wheel: PinnedWheel): PinnedBuild {
  return { tensorflow: wheel, beside: [], unpackedBytes: 700_000_000 };
}

function zig(file: string, sha256: string, bytes: number): PinnedWheel {
  return { project: 'ziglang', version: ZIG_VERSION, file, sha256, bytes };
}

function nvidia(library: string, version: string, sha256: string, bytes: number): PinnedWheel {
  const project = `nvidia-${library}-cu12`;
  const file = `${project.replaceAll('-', '_')}-${version}-py3-none-manylinux2014_x86_64.whl`;
  return { project, version, file, sha256, bytes };
}
