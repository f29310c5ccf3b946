// `npm run test:mutation`: makes faults that someone could make, one at a time, and says whether a test notices.
//
//   --only TEXT    the mutants whose name contains it
//   --json         one JSON object as the last line
//
// Ends with 0 if every mutant dies. No file is changed: a fault is put into a source on its way to the tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { MUTANTS } from './mutation/mutants.mjs';
import { ROOT } from './setup/project.mjs';
import { runCaptured } from './setup/run-captured.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const { values: options } = parseOptions('test:mutation', {
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});
const rows = [];
for (const [index, mutant] of MUTANTS.entries()) {
  if (!mutant.name.includes(options.only)) continue;
  const source = readFileSync(join(ROOT, 'packages', mutant.package, 'src', mutant.file), 'utf8');
  if (source.split(mutant.from).length !== 2) {
    rows.push({ ...mutant, verdict: 'stale' });
    continue;
  }
  process.stderr.write(`${mutant.name}\n`);
  const { code, tail } = await runCaptured(
    'vitest',
    ['run', '--config', join(ROOT, 'scripts', 'mutation', 'vitest.config.mjs')],
    { cwd: ROOT, env: { ...process.env, TURNWISE_MUTANT: `${index}` }, shell: process.platform === 'win32' },
  );
  // Tests that ran and failed; a run that broke otherwise proves nothing.
  const died = code !== 0 && tail.some((line) => /Tests\b.*failed/.test(line));
  rows.push({ ...mutant, verdict: died ? 'died' : code === 0 ? 'survived' : 'broken' });
}
const table = rows.map((row) => [row.package, row.file, row.name, row.verdict === 'died' ? 'died' : 'FAILED']);
const heading = ['package', 'file', 'fault', 'verdict'];
process.stdout.write(`${formatTable([heading, ...table], createStyle(hasColor(process.stdout, process.env)))}\n\n`);
const died = rows.filter(({ verdict }) => verdict === 'died').length;
process.stdout.write(`${died} of ${rows.length} named mutants died\n`);
if (options.json) process.stdout.write(`${JSON.stringify({ died, of: rows.length, rows })}\n`);
process.exitCode = died === rows.length ? 0 : 1;
