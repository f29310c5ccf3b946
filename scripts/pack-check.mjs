// `npm run pack:check`: every package as its users get it. Each is packed, its exports and types are checked, it is
// installed by itself outside the workspace, imported, and its README's example is type-checked and run, on the oldest
// promised Node and on the pinned one. Then a release is rehearsed on a copy of the repository.
//
//   --only NAME    one package (without the rehearsal); may be repeated
//   --json         one JSON object as the last line
//   --keep         leaves the projects and says where they are
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCounts } from './checks/counts.mjs';
import { formatTable } from './checks/format-table.mjs';
import { parseOptions } from './checks/parse-options.mjs';
import { nodeBinary, TESTED_NODES } from './checks/tested-nodes.mjs';
import { checkTypes, lintExports } from './pack/check-exports.mjs';
import { installAlone } from './pack/install-alone.mjs';
import { packPackage } from './pack/pack-package.mjs';
import { rehearseRelease } from './pack/rehearse-release.mjs';
import { checkExample, importPackage, runExample } from './pack/try-package.mjs';
import { packageFolders, ROOT } from './setup/project.mjs';
import { createStyle, formatDuration, hasColor } from './setup/style.mjs';

const { values: options } = parseOptions('pack:check', {
  options: {
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const style = createStyle(hasColor(process.stdout, process.env));
const start = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'turnwise-pack-'));
process.on('exit', () => {
  if (options.keep) process.stderr.write(`The projects are in ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
});

/** @type {{ package: string, check: string, passed: boolean, milliseconds: number, problems: string[] }[]} */
const results = [];

/**
 * @param {string} name of the package, or of what is checked about all of them
 * @param {string} check
 * @param {() => Promise<string[]>} work gives what went wrong
 */
async function run(name, check, work) {
  const begin = performance.now();
  /** @type {string[]} */
  let problems;
  try {
    problems = await work();
  } catch (error) {
    problems = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  const milliseconds = Math.round(performance.now() - begin);
  results.push({ package: name, check, passed: problems.length === 0, milliseconds, problems });
  return problems.length === 0;
}

const publishable = packageFolders(ROOT).filter(
  (path) => JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')).private !== true,
);
const packages = await Promise.all(publishable.map((path) => packPackage(path, folder)));
const names = packages.map(({ name }) => name);
const unknown = options.only?.find((name) => !names.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`pack:check: --only: expected one of ${names.join(', ')}, got "${unknown}"\n`);
  process.exit(2);
}
const chosen = packages.filter(({ name }) => options.only?.includes(name) ?? true);

const nodes = [];
for (const version of TESTED_NODES) {
  nodes.push({ major: version.split('.')[0], binary: await nodeBinary(version) });
}

for (const packed of chosen) {
  process.stderr.write(`${packed.name}\n`);
  const project = join(folder, 'projects', packed.folder.replace('/', '-'));
  await run(packed.name, 'exports', () => lintExports(packed));
  await run(packed.name, 'types', () => checkTypes(packed));
  if (!(await run(packed.name, 'install', () => installAlone(packed, packages, project)))) continue;
  await run(packed.name, 'example types', () => checkExample(packed, project));
  for (const { major, binary } of nodes) {
    await run(packed.name, `import ${major}`, () => importPackage(project, binary));
    await run(packed.name, `example ${major}`, () => runExample(packed, project, binary));
  }
}
if (options.only === undefined) {
  process.stderr.write('release\n');
  const rehearsal = await rehearseRelease(join(folder, 'release'));
  await run('release', 'changeset version', async () => rehearsal.version);
  await run('release', 'publish (dry run)', async () => rehearsal.publish);
}
const failures = results.filter(({ passed }) => !passed);
for (const { package: name, check, problems } of failures) {
  process.stdout.write(`\n${style.red(`${name}: ${check}`)}\n${problems.join('\n')}\n`);
}
process.stdout.write(`\n${formatTable(table(), style)}\n`);
const [passed, failed] = [results.length - failures.length, failures.length];
process.stdout.write(`pack:check took ${formatDuration(performance.now() - start)}\n`);
const told = failures.map(({ package: name, check, problems }) => `${name}: ${check}\n${problems.join('\n')}`);
writeCounts('pack-check', { passed, failed, skipped: 0, failures: told });
if (options.json) process.stdout.write(`${JSON.stringify({ passed, failed, results })}\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** One row per package and one column per check; what a package was not checked for is empty. */
function table() {
  const checks = [...new Set(results.filter((result) => result.package !== 'release').map(({ check }) => check))];
  const names = [...new Set(results.map((result) => result.package))].filter((name) => name !== 'release');
  const cell = (/** @type {string} */ name, /** @type {string} */ check) => {
    const result = results.find((candidate) => candidate.package === name && candidate.check === check);
    return result === undefined ? '' : result.passed ? 'ok' : 'FAILED';
  };
  const release = results.filter((result) => result.package === 'release');
  return [
    ['package', ...checks],
    ...names.map((name) => [name, ...checks.map((check) => cell(name, check))]),
    ...release.map(({ check, passed: ok }) => [check, ok ? 'ok' : 'FAILED']),
  ];
}
