import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createSandbox, type Sandbox, type SandboxOptions } from '../create-sandbox.js';
import { useJail } from '../jail/use-jail.js';
import type { Runtime } from '../runtime.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { cacheFolder } from './cache-folder.js';
import type { InterpreterParts } from './interpreter.js';
import { pyodideFolders, pythonCommand } from './python-command.js';
import { ensureSnapshot, snapshotPath } from './snapshot-file.js';

export interface PythonSandboxOptions
  extends Omit<SandboxOptions, 'runtime' | 'sessionsPerChild' | 'requestsPerChild'> {
  /** Paths of wheels of pure Python (`…-none-any.whl`) that can be imported. */
  readonly wheels?: readonly string[];
  /** Modules that are imported once, into the snapshot, so that importing them costs nothing later. */
  readonly imports?: readonly string[];
  /** Where snapshots are kept, by default the cache folder of the user; `null` starts without, and slowly. */
  readonly snapshots?: string | null;
}

/** What differs from the limits of JavaScript. `memoryMb` is what a session may add to an interpreter that is empty. */
export const pythonSandboxLimits: Partial<SandboxLimits> = { cpuMs: 5000, memoryMb: 256 };

/**
 * Starts a sandbox of Python: CPython in WebAssembly, one process per session, only inside the jail. Results, limits,
 * error kinds and sessions are those of {@link createSandbox}; host tools are not to be had.
 *
 * `children` is the number of sessions (and single runs) that live at once, about 200 MB each; beyond that the one idle
 * longest is parked, and comes back by replay.
 *
 * @throws SandboxUnavailableError where there is no jail, unless `jail: 'off'` says that the wall is not wanted
 * @throws RangeError for a wheel that is not of pure Python or not there, or a name that is no module
 * @throws Error when the package `pyodide` is not installed, or a module cannot be imported
 */
export async function createPythonSandbox(options: PythonSandboxOptions = {}): Promise<Sandbox> {
  const { wheels = [], imports = [], snapshots = cacheFolder(), limits, ...rest } = options;
  const runtime = await pythonRuntime({ wheels, imports }, snapshots, rest.jail);
  return createSandbox({ ...rest, limits: { ...pythonSandboxLimits, ...limits }, runtime, sessionsPerChild: 1 });
}

async function pythonRuntime(
  { wheels, imports }: { wheels: readonly string[]; imports: readonly string[] },
  snapshots: string | null,
  jail: SandboxOptions['jail'],
): Promise<Runtime> {
  const paths = wheels.map(checkedWheel);
  const misnamed = imports.find((name) => !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(name));
  if (misnamed !== undefined) throw new RangeError(`imports: must be names of modules, got ${misnamed}`);
  const [pyodide = ''] = pyodideFolders();
  const parts: InterpreterParts = { pyodide, wheels: paths, imports };
  const runtime = (snapshot: string | null, program: 'main' | 'make-snapshot' = 'main'): Runtime => ({
    name: 'Python',
    command: pythonCommand(program, parts, snapshot),
    needsJail: true,
    singleUse: true,
    hostTools: false,
    startMs: 60_000,
  });
  if (snapshots === null) return runtime(null);
  const path = snapshotPath(resolve(snapshots), parts);
  const { runtime: maker } = await useJail(runtime(null, 'make-snapshot'), jail);
  await ensureSnapshot(path, maker.command);
  return runtime(path);
}

function checkedWheel(wheel: string): string {
  const path = resolve(wheel);
  if (!basename(path).endsWith('-none-any.whl')) {
    throw new RangeError(`wheels: must be of pure Python and end in -none-any.whl, got ${basename(path)}`);
  }
  if (!existsSync(path)) throw new RangeError(`wheels: must be files that are there, got ${path}`);
  return path;
}
