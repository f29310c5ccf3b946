import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup/project.mjs';
import { runCaptured } from '../setup/run-captured.mjs';
import { MUTANTS } from './mutants.mjs';

/**
 * Makes the named faults one at a time and runs the tests of the package. No file is changed: a fault is put into a
 * source on its way to the tests.
 *
 * @param {string} only part of the names to take; `''` takes all
 * @returns {Promise<(import('./mutants.mjs').Mutant & { verdict: 'died' | 'survived' | 'broken' | 'stale' })[]>}
 */
export async function runNamed(only) {
  const rows = [];
  for (const [index, mutant] of MUTANTS.entries()) {
    if (!mutant.name.includes(only)) continue;
    process.stderr.write(`${mutant.name}\n`);
    rows.push({ ...mutant, verdict: await verdictOf(index) });
  }
  return rows;
}

/**
 * @param {number} index
 * @returns {Promise<'died' | 'survived' | 'broken' | 'stale'>}
 */
async function verdictOf(index) {
  const mutant = /** @type {import('./mutants.mjs').Mutant} */ (MUTANTS[index]);
  const source = readFileSync(join(ROOT, 'packages', mutant.package, 'src', mutant.file), 'utf8');
  if (source.split(mutant.from).length !== 2) return 'stale';
  const { code, tail } = await runCaptured(
    'vitest',
    ['run', '--config', join(ROOT, 'scripts', 'mutation', 'vitest.config.mjs')],
    { cwd: ROOT, env: { ...process.env, TURNWISE_MUTANT: `${index}` }, shell: process.platform === 'win32' },
  );
  // Tests that ran and failed; a run that broke otherwise proves nothing.
  if (code !== 0 && tail.some((line) => /Tests\b.*failed/.test(line))) return 'died';
  return code === 0 ? 'survived' : 'broken';
}
