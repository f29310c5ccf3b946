import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../setup/project.mjs';

/**
 * @typedef {object} Counts How many checks came out how.
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} [failures] what failed, as far as it has a name: one entry each
 */

/**
 * @param {boolean} passed
 * @returns {Counts}
 */
export function oneCheck(passed) {
  return { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 };
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function addCounts(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const counts of all) {
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
    failures.push(...(counts.failures ?? []));
  }
  return failures.length === 0 ? total : { ...total, failures };
}

/**
 * `12 passed, 0 failed`, with `, 3 skipped` if there are any.
 *
 * @param {Counts} counts
 */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Leaves a command's counts where `.ci/run` finds them.
 *
 * @param {string} name of the command
 * @param {Counts} counts
 */
export function writeCounts(name, counts) {
  const path = countsPath(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(counts)}\n`);
}

/**
 * Removes and returns what a command has left; null if it left nothing.
 *
 * @param {string} name of the command
 * @returns {Counts | null}
 */
export function takeCounts(name) {
  let text;
  try {
    text = readFileSync(countsPath(name), 'utf8');
  } catch {
    return null;
  }
  rmSync(countsPath(name), { force: true });
  return JSON.parse(text);
}

/** @param {string} name */
function countsPath(name) {
  return join(ROOT, '.cache', 'reports', `${name}.json`);
}
