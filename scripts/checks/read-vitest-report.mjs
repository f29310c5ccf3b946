import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from '../setup/project.mjs';

/**
 * Counts what vitest's JSON report says, and takes the beginning of each failure's message. A test file that failed without a failing test in it (it did not even load)
 * counts as one failure, and so does a report that is missing, broken or holds no test at all.
 *
 * @param {string} path
 * @returns {import('./counts.mjs').Counts}
 */
export function readVitestReport(path) {
  let report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, failures: [`no report in ${relative(ROOT, path)}`] };
  }
  return countVitestReport(report);
}

/**
 * @typedef {object} TestFile A test file in vitest's JSON report.
 * @property {string} name its path
 * @property {string} status
 * @property {string} [message] why it did not load
 * @property {{ status: string, fullName: string, failureMessages?: string[] }[]} assertionResults
 */

/**
 * @param {{ testResults: TestFile[] }} report
 * @returns {import('./counts.mjs').Counts}
 */
export function countVitestReport(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  for (const file of report.testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    const passed = file.assertionResults.filter(({ status }) => status === 'passed').length;
    for (const { fullName, failureMessages = [] } of failed) {
      failures.push(`${relative(ROOT, file.name)}: ${fullName}\n${beginning(failureMessages.join('\n'))}`);
    }
    const unloaded = failed.length === 0 && file.status === 'failed';
    if (unloaded) failures.push(`${relative(ROOT, file.name)}\n${beginning(file.message ?? '')}`);
    counts.passed += passed;
    counts.failed += unloaded ? 1 : failed.length;
    counts.skipped += file.assertionResults.length - passed - failed.length;
  }
  if (counts.passed + counts.failed === 0) return { ...counts, failed: 1, failures: ['no test was run'] };
  return failures.length === 0 ? counts : { ...counts, failures };
}

/** @param {string} message */
function beginning(message) {
  return message.split('\n', 12).join('\n');
}
