import { availableParallelism, cpus, totalmem } from 'node:os';
import type { BackendName, PassedOver } from '../backend/backend.js';
import { type BackendOptions, createBackend } from '../backend/create-backend.js';
import { cacheFolder } from '../install/cache-folder.js';
import { readInstallation } from '../install/manifest.js';
import { BINDING_VERSION, nativeLayout } from '../install/native-layout.js';
import { machineName, platformOf, thisMachine } from '../install/platform.js';
import { instructionSets } from './instruction-sets.js';

/** What the accelerator is on this machine. */
export interface Diagnosis {
  readonly backend: BackendName;
  readonly tensorflowVersion: string | null;
  readonly tfjsVersion: string;
  readonly devices: readonly string[];
  /** Sizes of TensorFlow's thread pools; `null` where unknown. */
  readonly threads: { readonly intraOp: number | null; readonly interOp: number | null };
  readonly cores: number;
  /** Of the whole machine, in bytes. */
  readonly memoryBytes: number;
  readonly instructionSets: readonly string[] | null;
  readonly node: string;
  readonly machine: string;
  readonly cache: string;
  /** The compiler that made the binding of an installed native TensorFlow. */
  readonly compiler: string | null;
  /** What a better backend lacks, and what mends it. */
  readonly missing: readonly PassedOver[];
}

/** Creates the best backend and tells about it. */
export async function doctor(options: BackendOptions = {}): Promise<Diagnosis> {
  const cache = options.cache ?? cacheFolder();
  const machine = thisMachine();
  const platform = platformOf(machine);
  const installation = platform === null ? null : readInstallation(nativeLayout(cache, platform));
  const backend = await createBackend({ ...options, cache });
  const processor = `${cpus()[0]?.model.trim() ?? 'processor'} (${availableParallelism()} cores)`;
  return {
    backend: backend.name,
    tensorflowVersion: backend.tensorflowVersion,
    tfjsVersion: BINDING_VERSION,
    devices: [processor],
    threads: { intraOp: backend.intraOpThreads, interOp: backend.interOpThreads },
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    instructionSets: instructionSets(),
    node: process.version,
    machine: machineName(machine),
    cache,
    compiler: installation?.status === 'installed' ? installation.manifest.compiler : null,
    missing: backend.passedOver,
  };
}
