// `npm run parity -- FIXTURE.json`: recomputes with our functions what the published functions of other frameworks
// returned for the inputs of a fixture, and compares. FIXTURE.json has the form of test/parity/framework-parity.json,
// which is the default.
//
//   --json         one JSON object as the last line
//   --help         this
//
// Ends with 0 if all entries that can be recomputed agree within 1e-6 and at least 64 agree, 1 if not, 2 for a wrong
// command line or a file that does not have the form.
import { join, resolve } from 'node:path';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { compare, TOLERANCE } from './parity/compare.mjs';
import { readFixture } from './parity/fixture.mjs';
import { ROOT } from './setup/project.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const HELP = `Usage: npm run parity -- [FIXTURE.json] [--json]

Recomputes what the published functions of other frameworks returned for the inputs of the fixture, and prints the
greatest absolute difference of each. By default the fixture is test/parity/framework-parity.json.

  --json    one JSON object as the last line
`;
/** Of the 74 of the fixture; the others cannot be recomputed, because it lacks their parameters. */
const ENOUGH = 64;

const { values: options, positionals } = parseOptions('parity', {
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  allowPositionals: true,
});
if (options.help) process.stdout.write(HELP);
else if (positionals.length > 1) refuse(`expected one FIXTURE.json, got ${positionals.length}`);
else run(positionals[0]);

/** @param {string | undefined} path */
function run(path) {
  // npm starts scripts in the root; a path is meant from where the user is.
  const file = path ? resolve(process.env['INIT_CWD'] ?? '.', path) : join(ROOT, 'test/parity/framework-parity.json');
  let rows;
  try {
    rows = compare(readFixture(file));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(error.message);
  }
  const count = (/** @type {string} */ verdict) => rows.filter((row) => row.verdict === verdict).length;
  const greatest = Math.max(0, ...rows.map(({ difference }) => difference ?? 0));
  const [agree, differ, unknown] = [count('agrees'), count('differs'), count('unknown')];
  const passed = differ === 0 && unknown === 0 && agree >= ENOUGH;
  const table = rows.map(({ framework, name, verdict, difference }) => [
    framework,
    name,
    difference === null ? '-' : difference.toExponential(1),
    verdict === 'agrees' || verdict === 'left-out' ? verdict.replace('-', ' ') : 'FAILED',
  ]);
  const heading = ['framework', 'function', 'greatest difference', 'verdict'];
  process.stdout.write(`${formatTable([heading, ...table], createStyle(hasColor(process.stdout, process.env)))}\n\n`);
  process.stdout.write(
    `${agree} of ${rows.length} agree within ${TOLERANCE}, ${differ} differ, ${unknown} unknown, ${count('left-out')} left out; ` +
      `at least ${ENOUGH} must agree. Greatest difference ${greatest.toExponential(1)}: ${passed ? 'passed' : 'FAILED'}\n`,
  );
  if (options.json) {
    const finite = rows.map((row) => ({ ...row, difference: row.difference === Infinity ? null : row.difference }));
    process.stdout.write(`${JSON.stringify({ passed, agree, of: rows.length, greatest, rows: finite })}\n`);
  }
  process.exitCode = passed ? 0 : 1;
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(`parity: ${problem}.\n\n${HELP}`);
  process.exitCode = 2;
}
