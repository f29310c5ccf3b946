// `npm run test:mutation`: makes faults in `advantages` and `gtpo`, one at a time, and says whether a test notices.
// `--help` says the rest.
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { runNamed } from './mutation/named.mjs';
import { BAR, PACKAGES, runStryker } from './mutation/stryker.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const HELP = `Usage: npm run test:mutation [-- OPTIONS]

Makes faults in advantages and gtpo, one at a time, and says whether a test notices: those of a list, which somebody could
make (a flipped sign, a forgotten gate, ...), and then all that Stryker makes. Stryker's results are kept in .cache/stryker,
and what did not change is not run again; the first run takes an hour or so on two cores.

  --named             only the list
  --stryker           only Stryker
  --only TEXT         of the list, those whose name contains it
  --package NAME      Stryker in this package alone, advantages or gtpo
  --files PATTERN     Stryker in these files of it alone, for example src/gtpo.ts
  --concurrency N     processes of Stryker; default 1
  --json              one JSON object as the last line

Examples:
  npm run test:mutation -- --named --only gate
  npm run test:mutation -- --stryker --package gtpo --files src/explain.ts

Exit codes: 0 if every fault of the list dies, Stryker's scores are at least ${100 * BAR} %, and every survivor stands in
scripts/mutation/equivalent.mjs with a reason; 1 if not; 2 wrong usage.
`;

const { values: options } = parseOptions('test:mutation', {
  options: {
    named: { type: 'boolean', default: false },
    stryker: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    package: { type: 'string' },
    files: { type: 'string' },
    concurrency: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const style = createStyle(hasColor(process.stdout, process.env));
const line = (text = '') => process.stdout.write(`${text}\n`);
const concurrency = Number(options.concurrency);
const packages = PACKAGES.filter((name) => (options.package ?? name) === name);
if (options.help) process.stdout.write(HELP);
else if (packages.length === 0) refuse(`--package: must be ${PACKAGES.join(' or ')}, got ${options.package}`);
else if (options.files !== undefined && packages.length !== 1) refuse('--files: needs --package');
else if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
  refuse(`--concurrency: must be a whole number of at least 1, got ${options.concurrency}`);
} else await run();

async function run() {
  const both = options.named === options.stryker;
  const named = both || options.named ? await ofList() : null;
  const scores = both || options.stryker ? await ofStryker() : null;
  const passed = (named?.passed ?? true) && (scores?.every((own) => own.passed) ?? true);
  if (options.json) line(JSON.stringify({ passed, named, scores }));
  process.exitCode = passed ? 0 : 1;
}

async function ofList() {
  const rows = await runNamed(options.only);
  const table = rows.map((row) => [row.package, row.file, row.name, row.verdict === 'died' ? 'died' : 'FAILED']);
  line(formatTable([['package', 'file', 'fault', 'verdict'], ...table], style));
  const died = rows.filter(({ verdict }) => verdict === 'died').length;
  line(`\n${died} of ${rows.length} named mutants died\n`);
  return { passed: died === rows.length, died, of: rows.length, rows };
}

async function ofStryker() {
  const results = [];
  for (const name of packages) {
    const score = await runStryker(name, { files: options.files, concurrency });
    const unanswered = score?.survivors.filter(({ reason }) => reason === null) ?? [];
    const passed = score !== null && score.score >= BAR && unanswered.length === 0 && score.stale.length === 0;
    results.push({ package: name, passed, ...score });
    for (const { file, line: at, from, to, reason } of score?.survivors ?? []) {
      line(`${name}/src/${file}:${at}  ${from} => ${to}  ${reason === null ? 'UNANSWERED' : `equivalent: ${reason}`}`);
    }
    for (const entry of score?.stale ?? []) line(`${name}/src/${entry}  is in the list and survives no more`);
  }
  const rows = results.map((own) => [
    own.package,
    `${own.killed ?? '-'}`,
    `${own.of ?? '-'}`,
    own.score === undefined ? '-' : `${(100 * own.score).toFixed(1)} %`,
    `${own.survivors?.filter(({ reason }) => reason === null).length ?? '-'}`,
    own.passed ? 'holds' : 'FAILED',
  ]);
  line(`\n${formatTable([['package', 'killed', 'mutants', 'score', 'unanswered', 'verdict'], ...rows], style)}`);
  return results;
}

/** @param {string} problem */
function refuse(problem) {
  process.stderr.write(`test:mutation: ${problem}.\n\n${HELP}`);
  process.exitCode = 2;
}
