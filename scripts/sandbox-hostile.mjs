// `npm run sandbox:hostile -- [CASES.json]`: runs hostile inputs in the sandbox, with limits of 1 s and 32 MB, and judges
// what comes of each. Without a file it runs the package's own collection.
//
//   --only NAME    one case; may be repeated
//   --json         one JSON object as the last line
//   --help         this
//
// Ends with 0 if there is no fault, 1 if there is one, 2 for a wrong command line or a file that does not have the form.
import { resolve } from 'node:path';
import { CaseJudge, hostileCases } from '../packages/sandbox/dist/attack/index.js';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { readCases } from './hostile/read-cases.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const HELP = `Usage: npm run sandbox:hostile -- [CASES.json] [--only NAME]... [--json]

Runs each case in a session of its own, with limits of 1 s and 32 MB. CASES.json is an array of
{ category, name, code }; the code may call log(x), and the host tools asyncThrow() and logThrow(), which fail.
Without a file: the sandbox's own collection, where the right outcomes of each case are known too.

A case is well if it ends by one named outcome within its limit plus 500 ms, shows nothing of the host, and leaves a
new isolate as it was; one that was only late is judged once more. The supervisor must stay below 150 MB, and its event
loop's lag below 50 ms (99th percentile).

  --only NAME    one case; may be repeated
  --json         one JSON object as the last line

Examples:
  npm run sandbox:hostile
  npm run sandbox:hostile -- cases.json --json | tail -1
`;

const { values: options, positionals } = parseOptions('sandbox:hostile', {
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
  allowPositionals: true,
});
if (options.help) process.stdout.write(HELP);
else if (positionals.length > 1) refuse(`expected one CASES.json, got ${positionals.length}`);
else await run(positionals[0]);

/** @param {string | undefined} path */
async function run(path) {
  /** @type {readonly (import('../packages/sandbox/dist/attack/index.js').HostileCase & { outcomes?: readonly string[] })[]} */
  let cases;
  try {
    // npm starts scripts in the root; a path is meant from where the user is.
    cases = path ? readCases(resolve(process.env['INIT_CWD'] ?? '.', path)) : hostileCases;
    const unknown = options.only?.find((name) => !cases.some((one) => one.name === name));
    if (unknown !== undefined) throw new RangeError(`--only: must name a case, got "${unknown}"`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return refuse(error.message);
  }
  const style = createStyle(hasColor(process.stdout, process.env));
  const judge = await CaseJudge.open();
  const rows = [];
  for (const one of cases.filter(({ name }) => options.only?.includes(name) ?? true)) {
    const verdict = await judge.judge(one);
    const known = one.outcomes === undefined || one.outcomes.includes(verdict.outcome) || verdict.outcome === 'killed';
    const faults = known ? verdict.faults : [...verdict.faults, `must be ${one.outcomes?.join(' or ')}`];
    rows.push({ ...verdict, faults });
    const word = faults.length === 0 ? 'well' : style.red('FAILED');
    const again = verdict.firstMs === undefined ? '' : `, late at first: ${verdict.firstMs.toFixed(0)} ms`;
    process.stdout.write(
      `${one.category.padEnd(9)}${one.name.padEnd(28)}${verdict.outcome.padEnd(18)}${verdict.ms.toFixed(0).padStart(6)} ms  ${word}${faults.map((fault) => `  ${fault}`).join()}${again}\n`,
    );
  }
  const report = judge.report();
  await judge[Symbol.asyncDispose]();
  process.stdout.write(`\n${formatTable(summary(rows), style)}\n\n`);
  const faulty = rows.filter(({ faults }) => faults.length > 0).length;
  const passed = faulty === 0 && report.faults.length === 0;
  process.stdout.write(
    `supervisor: ${report.rssMb.toFixed(0)} MB at most, event-loop lag ${report.lagMs.toFixed(1)} ms (99th percentile)` +
      `${report.faults.map((fault) => `; FAILED: ${fault}`).join('')}\n` +
      `jail: ${report.jail.status}, ${report.jail.detail}\n` +
      `${rows.length - faulty} of ${rows.length} cases are well: ${passed ? 'passed' : 'FAILED'}\n`,
  );
  if (options.json) {
    const { jail, rssMb, lagMs, faults } = report;
    process.stdout.write(`${JSON.stringify({ passed, jail, rssMb, lagMs, faults, cases: rows })}\n`);
  }
  process.exitCode = passed ? 0 : 1;
}

/** @param {readonly { category: string, outcome: string, ms: number, faults: readonly string[] }[]} rows */
function summary(rows) {
  const categories = [...new Set(rows.map(({ category }) => category))];
  return [
    ['category', 'cases', 'faults', 'slowest', 'outcomes'],
    ...categories.map((category) => {
      const own = rows.filter((row) => row.category === category);
      const outcomes = [...new Set(own.map(({ outcome }) => outcome))].map(
        (outcome) => `${own.filter((row) => row.outcome === outcome).length} ${outcome}`,
      );
      const slowest = `${Math.max(...own.map(({ ms }) => ms)).toFixed(0)} ms`;
      const faults = own.filter((row) => row.faults.length > 0).length;
      return [category, String(own.length), String(faults), slowest, outcomes.join(', ')];
    }),
  ];
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(`sandbox:hostile: ${problem}.\n\n${HELP}`);
  process.exitCode = 2;
}
