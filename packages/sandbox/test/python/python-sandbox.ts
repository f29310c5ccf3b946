import { fileURLToPath } from 'node:url';
import { findJail } from '../../src/jail/find-jail.js';
import { createPythonSandbox, type PythonSandboxOptions } from '../../src/python/index.js';

const jail = await findJail();
const skipped: boolean = jail.status !== 'works' && !process.env['CI'];
if (skipped) console.warn(`Python is not tested: ${jail.status === 'absent' ? jail.reason : ''}`);

/** Whether there is no jail, which Python needs. Then its tests are skipped; in CI they fail. */
export const withoutPython = skipped;

/** A folder that git ignores, so that the snapshot is made once for all tests. */
export const cache = fileURLToPath(new URL('../../../../.cache/sandbox-python', import.meta.url));

export const pythonSandbox = (options: PythonSandboxOptions = {}) =>
  createPythonSandbox({ children: 1, snapshots: cache, ...options });

/** Making a snapshot takes seconds, on a busy machine many. */
export const startTimeout = 180_000;
