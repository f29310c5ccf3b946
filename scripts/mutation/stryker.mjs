import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInherited } from '../checks/run-inherited.mjs';
import { ROOT } from '../setup/project.mjs';
import { EQUIVALENT } from './equivalent.mjs';

/** The packages whose tests are held against Stryker's mutants, and the share of them that must die. */
export const PACKAGES = /** @type {const} */ (['advantages', 'gtpo']);
export const BAR = 0.9;

/**
 * @typedef {object} Survivor A mutant that no test noticed.
 * @property {string} file relative to `src`
 * @property {number} line
 * @property {string} from what stood there
 * @property {string} to what the mutant made of it
 * @property {string | null} reason why it is equivalent, if it is in the list
 *
 * @typedef {object} Score
 * @property {number} killed by a failing test, or by taking for ever
 * @property {number} of all mutants that ran
 * @property {number} score
 * @property {readonly Survivor[]} survivors
 * @property {readonly string[]} stale entries of the list that no mutant survives as
 */

/**
 * Runs Stryker in a package and reads its report. What did not change since the last run is not run again.
 *
 * @param {string} name of the package
 * @param {{ files?: string | undefined, concurrency: number }} options `files`: only these, in Stryker's notation
 * @returns {Promise<Score | null>} null if Stryker itself failed
 */
export async function runStryker(name, { files, concurrency }) {
  const cwd = join(ROOT, 'packages', name);
  const cache = join(ROOT, '.cache', 'stryker', name);
  mkdirSync(cache, { recursive: true });
  const config = join(ROOT, 'scripts', 'mutation', 'stryker.config.mjs');
  const env = { ...process.env, TURNWISE_PACKAGE: name, TURNWISE_CONCURRENCY: `${concurrency}` };
  const code = await runInherited('stryker', ['run', config, ...(files ? ['--mutate', files] : [])], { cwd, env });
  if (code !== 0) return null;
  return scoreOf(name, JSON.parse(readFileSync(join(cache, 'report.json'), 'utf8')));
}

/**
 * @typedef {{ line: number, column: number }} Position
 * @typedef {{ status: string, mutatorName: string, replacement?: string, location: { start: Position, end: Position } }} Mutant
 */

/**
 * @param {string} name of the package
 * @param {{ files: Record<string, { source: string, mutants: readonly Mutant[] }> }} report of Stryker
 * @returns {Score}
 */
export function scoreOf(name, { files }) {
  const mutants = Object.entries(files).flatMap(([path, { source, mutants: own }]) =>
    own.map(({ status, replacement = '', location }) => ({
      file: path.replace(/^src\//, ''),
      status,
      line: location.start.line,
      at: (source.split('\n')[location.start.line - 1] ?? '').trim(),
      from: textAt(source, location),
      to: replacement.replace(/\s+/g, ' '),
    })),
  );
  const ofStatus = (/** @type {string[]} */ ...statuses) => mutants.filter(({ status }) => statuses.includes(status));
  const killed = ofStatus('Killed', 'Timeout').length;
  const left = ofStatus('Survived', 'NoCoverage');
  // On a busy machine a mutant that changes nothing may take too long as well.
  const slow = ofStatus('Timeout');
  const known = EQUIVALENT.filter((entry) => entry.package === name && Object.hasOwn(files, `src/${entry.file}`));
  const survivors = left.map(({ file, line, from, to, at }) => {
    const entry = known.find((own) => isSame(own, { file, from, to, at }));
    return { file, line, from, to, reason: entry?.reason ?? null };
  });
  const stale = known
    .filter((own) => ![...left, ...slow].some((mutant) => isSame(own, mutant)))
    .map(({ file, from, to }) => `${file}: ${from} => ${to}`);
  const of = killed + left.length;
  return { killed, of, score: of === 0 ? 1 : killed / of, survivors, stale };
}

/**
 * @param {import('./equivalent.mjs').Equivalent} entry
 * @param {{ file: string, from: string, to: string, at: string }} mutant
 */
function isSame(entry, { file, from, to, at }) {
  return entry.file === file && entry.from === from && entry.to === to && (entry.at ?? at) === at;
}

/**
 * What stands at a location, with its white space folded.
 *
 * @param {string} source
 * @param {{ start: Position, end: Position }} location from 1, the end excluded
 */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = (lines[last] ?? '').slice(0, end.column - 1);
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n').replace(/\s+/g, ' ');
}
