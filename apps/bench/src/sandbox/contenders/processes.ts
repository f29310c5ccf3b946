import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Contender, pythonWork, work } from '../contender.js';

const execute = promisify(execFile);

/** A new `node` per call. */
export async function nodeProcesses(): Promise<Contender> {
  return {
    call: 'execFile(node, ["-p", code]), 2 at once',
    versions: { node: process.versions.node },
    calls: 2,
    run: async (n) => (await execute(process.execPath, ['-p', work(n)])).stdout.trim(),
    close: async () => {},
  };
}

/** A new `python3` per call. @throws Error where there is none */
export async function pythonProcesses(): Promise<Contender> {
  const python = process.env['TURNWISE_PYTHON'] ?? 'python3';
  const version = execFileSync(python, ['--version'], { encoding: 'utf8' }).trim().replace('Python ', '');
  return {
    call: 'execFile(python3, ["-I", "-c", code]), 2 at once',
    versions: { python: version },
    calls: 2,
    run: async (n) => (await execute(python, ['-I', '-c', pythonWork(n)])).stdout.trim(),
    close: async () => {},
  };
}
