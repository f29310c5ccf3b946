import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of this checkout. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Peers, models and results; ignored by git, and safe to remove. */
export const CACHE = join(ROOT, '.cache', 'bench');

/** The programs of the peers. */
export const PYTHON_FOLDER = fileURLToPath(new URL('../python', import.meta.url));

/** Our side's program. */
export const WORKER = fileURLToPath(new URL('./ours/worker.js', import.meta.url));
