import { createRequire } from 'node:module';
import util from 'node:util';
import type { Tfjs } from './tfjs.js';

const require = createRequire(import.meta.url);

/**
 * Loads TensorFlow.js on native TensorFlow, with the binding that lies in the cache.
 *
 * `@tensorflow/tfjs-node-gpu` asks `node-pre-gyp` where its binding is and means a file in its own folder. That folder
 * belongs to the package manager (in pnpm's store several projects share it), so nothing is written there: while the
 * package loads, `node-pre-gyp` answers with the path in the cache. The package's own code stays as it is, and the
 * libraries are found through the relative run path of the binding. Cost: 25 ms for `node-pre-gyp`, 300 ms for the
 * rest.
 *
 * Throws what the dynamic loader throws when the libraries do not fit the machine.
 */
export function loadNative(binding: string): Tfjs {
  restoreUtil();
  const manifest = require.resolve('@tensorflow/tfjs-node-gpu/package.json');
  const search = createRequire(manifest)('@mapbox/node-pre-gyp/lib/pre-binding.js') as { find: Find };
  const find = search.find;
  search.find = (asked, options) => (asked === manifest ? binding : find(asked, options));
  try {
    return require('@tensorflow/tfjs-node-gpu') as Tfjs;
  } finally {
    search.find = find;
  }
}

type Find = (manifest: string, options?: unknown) => string;

/**
 * Node 23 dropped `util.isNullOrUndefined` and Node 22 warns when `util.isArray` is called; the package still calls
 * both while it computes, so they stay.
 */
function restoreUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
