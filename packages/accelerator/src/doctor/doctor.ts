import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BackendName, PassedOver } from '../backend/backend.js';
import { type BackendOptions, createBackend } from '../backend/create-backend.js';
import { cacheFolder } from '../install/cache-folder.js';
import { findGpu } from '../install/find-gpu.js';
import { readInstallation } from '../install/manifest.js';
import { BINDING_VERSION, nativeLayout, type TensorflowBuild } from '../install/native-layout.js';
import { machineName, type Platform, platformOf, thisMachine } from '../install/platform.js';
import { type GpuDevice, gpuDevices } from './gpu-devices.js';
import { instructionSets } from './instruction-sets.js';

/** A build of TensorFlow that is installed, and the compiler that made its binding. */
export interface InstalledBuild {
  readonly build: TensorflowBuild;
  readonly compiler: string;
}

/** What the accelerator is on this machine. */
export interface Diagnosis {
  readonly backend: BackendName;
  readonly tensorflowVersion: string | null;
  readonly tfjsVersion: string;
  /** The processor. */
  readonly processor: string;
  /** NVIDIA's GPUs, as their driver lists them. */
  readonly gpus: readonly GpuDevice[];
  /** Why this process sees no GPU of NVIDIA's; `null` if it sees one. */
  readonly noGpu: string | null;
  /** Sizes of TensorFlow's thread pools; `null` where unknown. */
  readonly threads: { readonly intraOp: number | null; readonly interOp: number | null };
  readonly cores: number;
  /** Of the whole machine, in bytes. */
  readonly memoryBytes: number;
  readonly instructionSets: readonly string[] | null;
  readonly node: string;
  readonly machine: string;
  readonly cache: string;
  readonly installed: readonly InstalledBuild[];
  /** What a better backend lacks, and what mends it. */
  readonly missing: readonly PassedOver[];
}

/** Creates the best backend and tells about it. */
export async function doctor(options: BackendOptions = {}): Promise<Diagnosis> {
  const cache = options.cache ?? cacheFolder();
  const machine = thisMachine();
  const platform = platformOf(machine);
  const gpu = findGpu();
  const backend = await createBackend({ ...options, cache });
  return {
    backend: backend.name,
    tensorflowVersion: backend.tensorflowVersion,
    tfjsVersion: BINDING_VERSION,
    processor: `${cpus()[0]?.model.trim() ?? 'processor'} (${availableParallelism()} cores)`,
    gpus: await gpuDevices(),
    noGpu: gpu.status === 'visible' ? null : gpu.reason,
    threads: { intraOp: backend.intraOpThreads, interOp: backend.interOpThreads },
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    instructionSets: instructionSets(),
    node: process.version,
    machine: machineName(machine),
    cache,
    installed: platform === null ? [] : installedBuilds(cache, platform),
    missing: backend.passedOver,
  };
}

function installedBuilds(cache: string, platform: Platform): readonly InstalledBuild[] {
  return (['cpu', 'cuda', 'archive'] as const).flatMap((build) => {
    const installation = readInstallation(nativeLayout(cache, platform, build));
    return installation.status === 'installed' ? [{ build, compiler: installation.manifest.compiler }] : [];
  });
}
