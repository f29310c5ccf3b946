import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependencyFolders, packageFolder } from './jail/package-folders.js';
import type { Runtime } from './runtime.js';

/** JavaScript in isolates: this Node with the worker's program. The isolate is a wall, so the jail is a second one. */
export function javascriptRuntime(): Runtime {
  const own = packageFolder(fileURLToPath(import.meta.url));
  return {
    name: 'JavaScript',
    command: {
      file: realpathSync(process.execPath),
      args: ['--no-node-snapshot', '--no-warnings', join(own, 'dist', 'worker', 'main.js')],
      env: { TZ: 'UTC' },
      reads: [join(own, 'package.json'), join(own, 'dist'), ...dependencyFolders(own, ['acorn', 'isolated-vm'])],
    },
    needsJail: false,
    startMs: 15_000,
  };
}
