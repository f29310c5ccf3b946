// `npm run browser:check`: bundles advantages, rewards, gtpo and renderer for web pages, prints how large they are, and runs
// their tests in headless Chromium.
//
//   --json         one JSON object as the last line
//   --help         this
//
// Ends with 0 if the bundles stand alone, advantages is below its limit and all tests pass. Chromium is the one of the
// machine (`chromium` on PATH, or the file that TURNWISE_CHROMIUM names); without one the tests are not run, which in CI
// (the variable CI is set) is a failure.
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BUNDLES, bundle } from './browser/bundle.mjs';
import { findChromium } from './browser/find-chromium.mjs';
import { addCounts, describeCounts, oneCheck, writeCounts } from './checks/counts.mjs';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { readVitestReport } from './checks/read-vitest-report.mjs';
import { runInherited } from './checks/run-inherited.mjs';
import { ROOT } from './setup/project.mjs';
import { createStyle, hasColor } from './setup/style.mjs';

const HELP = `Usage: npm run browser:check [-- --json]

Bundles advantages, rewards, gtpo and renderer for web pages without polyfills, prints their sizes, and runs their tests
in headless Chromium.

  --json    one JSON object as the last line

Examples:
  npm run browser:check
  TURNWISE_CHROMIUM=/opt/chrome/chrome npm run browser:check

Exit codes: 0 all of it holds, 1 something does not (or, in CI, there is no Chromium), 2 wrong usage.
`;

const { values: options } = parseOptions('browser:check', {
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});
if (options.help) process.stdout.write(HELP);
else await check();

async function check() {
  const sizes = [];
  for (const { name, limit } of BUNDLES) sizes.push({ name, limit, ...(await bundle(name)) });
  const small = sizes.map(({ gzipped, limit }) => limit === null || gzipped < limit);
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  const rows = sizes.map(({ name, bytes, gzipped, limit }, i) => [
    `@turnwise/${name}`,
    kilobytes(bytes),
    kilobytes(gzipped),
    limit === null ? '' : `under ${kilobytes(limit)}`,
    limit === null ? '' : small[i] ? 'holds' : 'FAILED',
  ]);
  const heading = ['bundle', 'minified', 'gzipped', 'bar', 'verdict'];
  process.stdout.write(`${formatTable([heading, ...rows], createStyle(hasColor(process.stdout, process.env)))}\n\n`);
  const tests = await testsInChromium();
  const counts = addCounts([...small.map(oneCheck), tests]);
  const passed = counts.failed === 0;
  writeCounts('browser-check', counts);
  process.stdout.write(`\n${describeCounts(counts)}\n`);
  if (options.json) process.stdout.write(`${JSON.stringify({ passed, sizes, tests })}\n`);
  process.exitCode = passed ? 0 : 1;
}

/** @returns {Promise<import('./checks/counts.mjs').Counts>} */
async function testsInChromium() {
  const chromium = findChromium(process.env);
  if (chromium === null) {
    process.stdout.write('The tests were not run: there is no chromium on PATH, and TURNWISE_CHROMIUM names none.\n');
    return process.env['CI'] ? oneCheck(false) : { passed: 0, failed: 0, skipped: 1 };
  }
  const report = join(ROOT, '.cache', 'reports', 'browser.json');
  mkdirSync(dirname(report), { recursive: true });
  rmSync(report, { force: true });
  const args = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const config = join(ROOT, 'scripts', 'browser', 'vitest.config.mjs');
  const env = { ...process.env, TURNWISE_CHROMIUM: chromium };
  const code = await runInherited('vitest', ['run', '--config', config, ...args], { env });
  const counts = readVitestReport(report);
  // An error outside of any test fails the run and stands in no count; no test at all proves nothing.
  return (code !== 0 || counts.passed === 0) && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
