import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dependencyFolders, packageFolder } from '../jail/package-folders.js';
import type { WorkerCommand } from '../pool/worker-command.js';
import type { InterpreterParts } from './interpreter.js';
import { planArgument } from './plan.js';

const own = packageFolder(fileURLToPath(import.meta.url));

/**
 * The folders of the `pyodide` package and of what it needs, itself first.
 *
 * @throws Error that says how to install it
 */
export function pyodideFolders(): string[] {
  try {
    return dependencyFolders(own, ['pyodide']);
  } catch {
    throw new Error('python: the package pyodide must be installed beside @turnwise/sandbox: npm install pyodide');
  }
}

/** The version of Pyodide that is installed, or `null`. */
export function pyodideVersion(): string | null {
  try {
    const [folder = ''] = pyodideFolders();
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
}

/**
 * This Node with one of the Python programs. Beside the jail Node's own permissions hold: it reads what is named and
 * starts nothing. The stack is as deep as Python's own limits expect.
 */
export function pythonCommand(
  program: 'main' | 'make-snapshot',
  parts: InterpreterParts,
  snapshot: string | null,
): WorkerCommand {
  const reads = [
    join(own, 'package.json'),
    join(own, 'dist'),
    ...pyodideFolders(),
    ...parts.wheels,
    ...(snapshot === null ? [] : [snapshot]),
  ];
  const readable = [...new Set(reads.flatMap((path) => [path, realpathSync(path)]))];
  const permissions = [permissionFlag, '--allow-worker', ...readable.map((path) => `--allow-fs-read=${path}`)];
  return {
    file: realpathSync(process.execPath),
    args: [
      '--no-warnings',
      '--stack-size=3900',
      ...permissions,
      join(own, 'dist', 'python', `${program}.js`),
      planArgument({ ...parts, snapshot }),
    ],
    env: { TZ: 'UTC' },
    reads: reads.filter((path) => existsSync(path)),
  };
}

/** Node 22 calls it an experiment. */
const permissionFlag = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
