// `npm run docs`: writes the pages of docs/ that are computed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sameNamePage } from './docs/same-name-page.mjs';
import { ROOT } from './setup/project.mjs';

const path = join(ROOT, 'docs', 'same-name-different-numbers.md');
writeFileSync(path, sameNamePage());
process.stdout.write(`Wrote ${path}\n`);
