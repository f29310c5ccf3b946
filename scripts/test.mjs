// `npm test`: type check, lint and tests, all of them even if the first fails, and a summary.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readVitestReport } from './checks/read-vitest-report.mjs';
import { runInherited } from './checks/run-inherited.mjs';
import { ROOT } from './setup/project.mjs';
import { createStyle, formatDuration, hasColor } from './setup/style.mjs';

const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, report: { type: 'string' } },
  allowPositionals: true,
});
const style = createStyle(hasColor(process.stdout, process.env));
const report = values.report ?? join(ROOT, '.cache', 'reports', 'vitest.json');

/** @type {{ name: string, run: () => Promise<{ passed: boolean, note: string }> }[]} */
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
  results.push({ name, ...(await run()), milliseconds: performance.now() - start });
}
process.stdout.write('\n');
for (const { name, passed, note, milliseconds } of results) {
  const mark = passed ? style.green('passed') : style.red('failed');
  process.stdout.write(`${name.padEnd(8)} ${mark} ${formatDuration(milliseconds).padStart(12)}  ${note}\n`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

async function types() {
  const packages = await runInherited('turbo', [
    'run',
    'typecheck',
    '--ui=stream',
    '--output-logs=errors-only',
    '--continue',
  ]);
  const root = await runInherited('tsc', ['-p', 'tsconfig.json']);
  return { passed: packages === 0 && root === 0, note: '' };
}

async function lint() {
  return { passed: (await runInherited('biome', ['check', '.'])) === 0, note: '' };
}

async function tests() {
  mkdirSync(join(report, '..'), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runInherited('vitest', ['run', ...reporters, ...positionals]);
  const counts = readVitestReport(report);
  const note = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
  return { passed: code === 0 && counts.failed === 0, note };
}
