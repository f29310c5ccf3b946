import { createRequire } from 'node:module';
import { sep } from 'node:path';

const require = createRequire(import.meta.url);

/** Files of copies of tfjs-core other than ours that this process has loaded (through `require`, as Node does). */
export function foreignCopies(loaded: readonly string[] = Object.keys(require.cache)): readonly string[] {
  const own = require.resolve('@tensorflow/tfjs-core');
  const ending = ['@tensorflow', 'tfjs-core', 'dist', 'tf-core.node.js'].join(sep);
  return loaded.filter((file) => file.endsWith(`${sep}${ending}`) && file !== own);
}
