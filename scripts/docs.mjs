// `npm run docs`: writes the pages of docs/ that are computed, and makes the API documentation out of the docstrings of
// advantages, rewards and gtpo, formulas rendered, in .cache/api-docs. Ends with 1 if a link is broken or an export has
// no docstring.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInherited } from './checks/run-inherited.mjs';
import { sameNamePage } from './docs/same-name-page.mjs';
import { ROOT } from './setup/project.mjs';

const path = join(ROOT, 'docs', 'same-name-different-numbers.md');
writeFileSync(path, sameNamePage());
process.stdout.write(`Wrote ${path}\n`);
process.exitCode = await runInherited(process.execPath, [join(ROOT, 'apps', 'api-docs', 'dist', 'cli.js')]);
