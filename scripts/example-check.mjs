// `npm run example:check`: the project in examples/own-parts as a user has it: outside the workspace, with the packages
// as they would be published. It trains two updates with its own reward and its own estimator.
//
//   --json         one JSON object as the last line
//   --keep         leaves the project and says where it is
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneCheck, writeCounts } from './checks/counts.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { packPackage } from './pack/pack-package.mjs';
import { packageFolders, ROOT } from './setup/project.mjs';
import { runCaptured } from './setup/run-captured.mjs';
import { formatDuration } from './setup/style.mjs';

const { values: options } = parseOptions('example:check', {
  options: { json: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
});
const start = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'turnwise-example-'));
process.on('exit', () => {
  if (options.keep) process.stderr.write(`The project is in ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
});

const UPDATES = 2;
const project = join(folder, 'own-parts');
cpSync(join(ROOT, 'examples', 'own-parts'), project, { recursive: true });
const packages = await Promise.all(packageFolders(ROOT).map((path) => packPackage(path, folder)));
// JSON is YAML.
const overrides = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
writeFileSync(join(project, 'pnpm-workspace.yaml'), JSON.stringify({ packages: [], overrides }));

process.stderr.write(`Installing the packages in ${project}\n`);
await step('pnpm', ['install', '--ignore-scripts', '--prefer-offline']);
process.stderr.write(`Training ${UPDATES} updates\n`);
const sizes = ['--updates', UPDATES, '--tasks-per-update', 3, '--group-size', 4, '--eval-tasks', 4].map(String);
const parts = ['--reward', './my-reward.ts', '--estimator', './my-estimator.ts'];
await step('pnpm', ['exec', 'turnwise', ...parts, ...sizes, '--out', 'run']);

const problems = check(readFileSync(join(project, 'run', 'metrics.jsonl'), 'utf8'));
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.stdout.write(`example:check took ${formatDuration(performance.now() - start)}\n`);
const passed = problems.length === 0;
writeCounts('example-check', { ...oneCheck(passed), failures: problems });
if (options.json) process.stdout.write(`${JSON.stringify({ passed, problems })}\n`);
process.exitCode = passed ? 0 : 1;

/**
 * @param {string} command
 * @param {string[]} args
 */
async function step(command, args) {
  const { code, tail } = await runCaptured(command, args, {
    cwd: project,
    env: process.env,
    shell: process.platform === 'win32',
  });
  if (code === 0) return;
  const problem = `${command} ${args.join(' ')} ended with ${code}:\n${tail.join('\n')}`;
  process.stdout.write(`${problem}\n`);
  writeCounts('example-check', { ...oneCheck(false), failures: [problem] });
  process.exit(1);
}

/**
 * Whether the run used the project's own parts: their names are in the metrics.
 *
 * @param {string} metrics
 * @returns {string[]} what is wrong
 */
function check(metrics) {
  const records = metrics
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const problems = [];
  if (records.length !== UPDATES) problems.push(`metrics.jsonl: expected ${UPDATES} updates, got ${records.length}`);
  for (const { update, rewardParts } of records) {
    const names = Object.keys(rewardParts ?? {}).join(', ');
    if (names !== 'brevity, right') problems.push(`update ${update}: expected the parts brevity, right, got ${names}`);
  }
  return problems;
}
