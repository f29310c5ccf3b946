import { nativeBackend } from '../graph/native-backend.js';
import { cacheFolder } from '../install/cache-folder.js';
import { readInstallation } from '../install/manifest.js';
import { nativeLayout } from '../install/native-layout.js';
import { machineName, platformOf, thisMachine } from '../install/platform.js';
import type { BackendAttempt } from './backend.js';
import { loadNative } from './load-native.js';
import { spendFirstGraph } from './spend-first-graph.js';
import type { Tfjs } from './tfjs.js';
import { publishThreads, type Threads } from './threads.js';

interface Loaded {
  readonly tf: Tfjs;
  readonly version: string;
  readonly threads: Threads;
  readonly holds: boolean;
}

/** One native library per process, however many copies of this module there are. */
const LOADED = Symbol.for('@turnwise/accelerator/native');
const shared = globalThis as { [LOADED]?: Loaded };

const INSTALL = 'npx @turnwise/accelerator install';

/** Loads native TensorFlow from the cache, or says why not and what mends it. */
export async function tryNative(
  threads: Threads,
  options: { readonly cache?: string; readonly threads?: Partial<Threads> },
): Promise<BackendAttempt> {
  if (shared[LOADED] === undefined) {
    const loaded = load(options.cache ?? cacheFolder(), threads);
    if ('reason' in loaded) return { status: 'failed', ...loaded };
    shared[LOADED] = loaded;
  }
  const { tf, version, holds, threads: inForce } = shared[LOADED];
  checkThreads(options.threads, inForce);
  await tf.setBackend('tensorflow');
  return {
    status: 'ready',
    backend: {
      tf,
      tensorflowVersion: version,
      intraOpThreads: holds ? inForce.intraOp : null,
      interOpThreads: holds ? inForce.interOp : null,
    },
  };
}

function load(cache: string, threads: Threads): Loaded | { readonly reason: string; readonly mend: string | null } {
  const machine = thisMachine();
  const platform = platformOf(machine);
  if (platform === null) {
    return { reason: `no wheel of TensorFlow carries its C library for ${machineName(machine)}`, mend: null };
  }
  const layout = nativeLayout(cache, platform);
  const installation = readInstallation(layout, [layout.quietStderr]);
  switch (installation.status) {
    case 'absent':
      return { reason: `native TensorFlow is not installed in ${cache}`, mend: INSTALL };
    case 'broken':
      return { reason: installation.reason, mend: `${INSTALL} --force` };
    case 'installed':
      break;
    default:
      return installation satisfies never;
  }
  const holds = publishThreads(threads);
  try {
    const tf = loadNative(layout.binding);
    const backend = nativeBackend(tf);
    if (backend !== null) spendFirstGraph(backend, layout.quietStderr);
    return { tf, version: versionOf(tf), threads, holds };
  } catch (error) {
    const message = (error as Error).message.replace(/\s+/g, ' ');
    return { reason: `native TensorFlow does not load: ${message}`, mend: `${INSTALL} --force` };
  }
}

function versionOf(tf: Tfjs): string {
  return (tf.backend() as unknown as { binding: { TF_Version: string } }).binding.TF_Version;
}

function checkThreads(asked: Partial<Threads> | undefined, inForce: Threads): void {
  for (const key of ['intraOp', 'interOp'] as const) {
    const value = asked?.[key];
    if (value !== undefined && value !== inForce[key]) {
      throw new RangeError(`threads.${key}: fixed at ${inForce[key]} when TensorFlow was loaded, got ${value}`);
    }
  }
}
