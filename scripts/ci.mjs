// What .ci/run does once Node is there: the commands that the README and CONTRIBUTING.md name, one after the other, all
// of them even if one fails. The last line alone says how many checks passed and failed.
import { addCounts, describeCounts, oneCheck, takeCounts } from './checks/counts.mjs';
import { runInherited } from './checks/run-inherited.mjs';
import { createStyle, formatDuration, hasColor } from './setup/style.mjs';

/**
 * The steps, each an npm script. A script that counts its checks leaves the counts with `writeCounts(counts)`; of one
 * that does not, the exit code is one check. The trainer's own checks (example project, acceptance) are further rows.
 *
 * @type {{ script: string, args?: string[], counts?: string }[]}
 */
const STEPS = [
  { script: 'test', counts: 'test' },
  { script: 'start', args: ['--help'] },
  { script: 'test:node22', counts: 'test-node22' },
  { script: 'pack:check', counts: 'pack-check' },
  { script: 'browser:check', counts: 'browser-check' },
  { script: 'embedding:check' },
  { script: 'docs' },
  { script: 'example:check', counts: 'example-check' },
  { script: 'check:base', args: ['--eval-tasks', '500'] },
  { script: 'sandbox:hostile', args: ['packages/sandbox/test/data/hostile-cases.json'] },
];

const style = createStyle(hasColor(process.stdout, process.env));
const results = [];
for (const { script, args = [], counts } of STEPS) {
  const start = performance.now();
  process.stdout.write(`\n${style.bold(`npm run ${[script, ...args].join(' ')}`)}\n`);
  if (counts !== undefined) takeCounts(counts);
  const code = await runInherited('npm', ['run', '--silent', script, '--', ...args]);
  const counted = counts === undefined ? oneCheck(code === 0) : takeCounts(counts);
  // A script that failed and says that nothing did, or says nothing, has failed.
  const honest = counted === null || (code !== 0 && counted.failed === 0) ? oneCheck(false) : counted;
  if (honest.failed > 0) honest.failures ??= [`npm run ${script}: its output above tells`];
  results.push({ script, counts: honest, milliseconds: performance.now() - start });
}

process.stdout.write('\n');
for (const { script, counts, milliseconds } of results) {
  const duration = formatDuration(milliseconds).padStart(12);
  process.stdout.write(`${script.padEnd(24)}${duration}  ${describeCounts(counts)}\n`);
}
const { passed, failed, failures = [] } = addCounts(results.map(({ counts }) => counts));
// Told once more at the end, because of a long log often only the end is kept.
for (const failure of failures) process.stdout.write(`\n${style.red('failed')} ${failure}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
