import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
process.exitCode = (await generate(join(ROOT, '.cache', 'api-docs'))) ? 0 : 1;
