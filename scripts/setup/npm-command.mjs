import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * How to start the npm of this machine: the one that runs this script, else the one beside its Node, else that of PATH.
 *
 * @param {{ env: NodeJS.ProcessEnv, execPath: string, platform: string }} machine
 * @returns {{ file: string, args: string[], shell: boolean }}
 */
export function npmCommand({ env, execPath, platform }) {
  const folder = dirname(execPath);
  const candidates = [
    env['npm_execpath'] ?? '',
    join(folder, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = candidates.find((path) => /npm-cli\.[cm]?js$/.test(path) && existsSync(path));
  if (script !== undefined) return { file: execPath, args: [script], shell: false };
  return { file: 'npm', args: [], shell: platform === 'win32' };
}
