/**
 * The direction of dependency: which packages of ours a package may import, at run time or as types. Everything may
 * use `trajectory` that names it; a package that is not a key does not exist. Raising an edge here is a decision about
 * the architecture and is to be argued for in its own commit.
 */
export const ALLOWED_EDGES: Readonly<Record<string, readonly string[]>> = {
  '@turnwise/trajectory': [],
  '@turnwise/advantages': [],
  '@turnwise/accelerator': [],
  '@turnwise/sandbox': ['@turnwise/trajectory'],
  '@turnwise/renderer': ['@turnwise/trajectory'],
  '@turnwise/rewards': ['@turnwise/trajectory'],
  '@turnwise/rollout': ['@turnwise/trajectory'],
  '@turnwise/gtpo': ['@turnwise/trajectory', '@turnwise/advantages', '@turnwise/rewards'],
  '@turnwise/policy': ['@turnwise/trajectory', '@turnwise/gtpo', '@turnwise/accelerator', '@turnwise/renderer'],
  turnwise: [
    '@turnwise/trajectory',
    '@turnwise/advantages',
    '@turnwise/sandbox',
    '@turnwise/renderer',
    '@turnwise/rewards',
    '@turnwise/gtpo',
    '@turnwise/rollout',
    '@turnwise/accelerator',
    '@turnwise/policy',
  ],
  '@turnwise/api-docs': [],
  '@turnwise/bench': [
    'turnwise',
    '@turnwise/trajectory',
    '@turnwise/advantages',
    '@turnwise/sandbox',
    '@turnwise/rewards',
    '@turnwise/gtpo',
    '@turnwise/accelerator',
    '@turnwise/policy',
  ],
};

/** These run unchanged in Node and in a browser. */
export const BROWSER_PACKAGES: readonly string[] = [
  '@turnwise/trajectory',
  '@turnwise/advantages',
  '@turnwise/rewards',
  '@turnwise/gtpo',
  '@turnwise/renderer',
];

/** Only these see TensorFlow.js. */
export const TENSORFLOW_PACKAGES: readonly string[] = ['@turnwise/policy', '@turnwise/accelerator'];

/** The files that see isolated-vm: the wall, and the peer without walls that it is measured against. */
export const ISOLATE_FILES: readonly string[] = [
  'packages/sandbox/src/worker/isolate.ts',
  'apps/bench/src/sandbox/raw-child.ts',
];
