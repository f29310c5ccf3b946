// `npm test`: type check, lint and tests, all of them even if the first fails, and a summary.
//
//   --only types|lint|tests    one of them
//   --project NAME             only the tests of one package (@turnwise/gtpo, or root); may be repeated
//   FILTER...                  only test files whose path contains one of these
//
// The counts are also written to .cache/reports/test.json, where .ci/run reads them.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addCounts, describeCounts, oneCheck, writeCounts } from './checks/counts.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { readVitestReport } from './checks/read-vitest-report.mjs';
import { runInherited } from './checks/run-inherited.mjs';
import { ROOT } from './setup/project.mjs';
import { createStyle, formatDuration, hasColor } from './setup/style.mjs';

const { values, positionals } = parseOptions('npm test', {
  options: { only: { type: 'string' }, project: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const style = createStyle(hasColor(process.stdout, process.env));
const report = join(ROOT, '.cache', 'reports', 'vitest.json');

/** @type {{ name: string, run: () => Promise<import('./checks/counts.mjs').Counts> }[]} */
const checks = [
  { name: 'types', run: types },
  { name: 'lint', run: lint },
  { name: 'tests', run: tests },
];
const chosen = checks.filter(({ name }) => (values.only ?? name) === name);
if (chosen.length === 0) {
  process.stderr.write(`test: --only: expected types, lint or tests, got "${values.only}"\n`);
  process.exit(2);
}

const results = [];
for (const { name, run } of chosen) {
  const start = performance.now();
  process.stdout.write(`\n${style.bold(name)}\n`);
  results.push({ name, counts: await run(), milliseconds: performance.now() - start });
}
process.stdout.write('\n');
for (const { name, counts, milliseconds } of results) {
  const mark = counts.failed === 0 ? style.green('passed') : style.red('failed');
  const note = name === 'tests' ? `  ${describeCounts(counts)}` : '';
  process.stdout.write(`${name.padEnd(8)} ${mark} ${formatDuration(milliseconds).padStart(12)}${note}\n`);
}
const total = addCounts(results.map(({ counts }) => counts));
writeCounts('test', total);
process.exitCode = total.failed === 0 ? 0 : 1;

async function types() {
  const flags = ['--ui=stream', '--output-logs=errors-only', '--continue'];
  const packages = await runInherited('turbo', ['run', 'typecheck', ...flags]);
  const root = await runInherited('tsc', ['-p', 'tsconfig.json']);
  return oneCheck(packages === 0 && root === 0);
}

async function lint() {
  return oneCheck((await runInherited('biome', ['check', '--error-on-warnings', '.'])) === 0);
}

async function tests() {
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const projects = (values.project ?? []).map((name) => `--project=${name}`);
  const code = await runInherited('vitest', ['run', ...reporters, ...projects, ...positionals]);
  const counts = readVitestReport(report);
  // An error outside of any test fails the run and stands in no count.
  return code !== 0 && counts.failed === 0
    ? { ...counts, failed: 1, failures: ['an error outside of any test'] }
    : counts;
}
