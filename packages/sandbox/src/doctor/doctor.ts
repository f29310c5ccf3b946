import { createSandbox } from '../create-sandbox.js';
import { describeWalls, findJail } from '../jail/find-jail.js';
import { prlimitPath } from '../pool/limited-command.js';

export interface DoctorCheck {
  readonly name: string;
  readonly status: 'ok' | 'missing' | 'failed';
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export interface Diagnosis {
  /** Whether JavaScript can be run. Python and the jail may be missing. */
  readonly works: boolean;
  readonly checks: readonly DoctorCheck[];
}

/** Tries what the sandbox needs on this machine. Never rejects for what is missing. */
export async function doctor(): Promise<Diagnosis> {
  const javascript = await tryJavaScript();
  const jail = await checkJail();
  const checks = [checkPlatform(), javascript, jail, checkPrlimit(), await tryPython(jail.status === 'ok')];
  return { works: javascript.status === 'ok', checks };
}

function checkPlatform(): DoctorCheck {
  const detail = `Node ${process.versions.node} on ${process.platform} ${process.arch}`;
  if (process.platform === 'linux') return { name: 'platform', status: 'ok', detail };
  const remedy = 'Without Linux there is no jail, no check whether a child was starved, and no Python.';
  return { name: 'platform', status: 'missing', detail, remedy };
}

async function tryJavaScript(): Promise<DoctorCheck> {
  const startedAt = performance.now();
  try {
    await using sandbox = await createSandbox({ children: 1 });
    const result = await sandbox.run('6 * 7');
    const ms = Math.round(performance.now() - startedAt);
    if (result.status === 'ok' && result.text === '42') {
      return { name: 'JavaScript', status: 'ok', detail: `first result after ${ms} ms, jail ${sandbox.jail.status}` };
    }
    return { name: 'JavaScript', status: 'failed', detail: JSON.stringify(result) };
  } catch (error) {
    const remedy = 'isolated-vm is a native module: install again with scripts allowed, on a Node that it knows.';
    return { name: 'JavaScript', status: 'failed', detail: (error as Error).message, remedy };
  }
}

async function checkJail(): Promise<DoctorCheck> {
  const found = await findJail();
  if (found.status === 'works') return { name: 'jail', status: 'ok', detail: describeWalls(found.jail.walls) };
  const remedy = 'Install bubblewrap (apt-get install bubblewrap), or run the whole program in a container.';
  return { name: 'jail', status: 'missing', detail: found.reason, remedy };
}

function checkPrlimit(): DoctorCheck {
  if (prlimitPath !== undefined) return { name: 'prlimit', status: 'ok', detail: prlimitPath };
  const remedy = 'Install util-linux: without it children may write core dumps, and make files larger.';
  return { name: 'prlimit', status: 'missing', detail: 'not found', remedy };
}

async function tryPython(jailed: boolean): Promise<DoctorCheck> {
  const startedAt = performance.now();
  const remedy = 'npm install pyodide';
  try {
    const { createPythonSandbox, pyodideVersion } = await import('../python/index.js');
    const version = pyodideVersion();
    if (version === null) return { name: 'Python', status: 'missing', detail: 'pyodide is not installed', remedy };
    if (!jailed) return { name: 'Python', status: 'missing', detail: `pyodide ${version}, but no jail to run it in` };
    await using sandbox = await createPythonSandbox({ children: 1 });
    const result = await sandbox.run('6 * 7');
    const ms = Math.round(performance.now() - startedAt);
    const works = result.status === 'ok' && result.text === '42';
    const detail = works ? `pyodide ${version}, first result after ${ms} ms` : JSON.stringify(result);
    return { name: 'Python', status: works ? 'ok' : 'failed', detail };
  } catch (error) {
    return { name: 'Python', status: 'failed', detail: (error as Error).message };
  }
}
