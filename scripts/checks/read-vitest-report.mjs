import { readFileSync } from 'node:fs';

/**
 * Counts what vitest's JSON report says. A test file that failed without a failing test in it (it did not even load)
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
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return countVitestReport(report);
}

/**
 * @param {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} report
 * @returns {import('./counts.mjs').Counts}
 */
export function countVitestReport(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    let failed = 0;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') failed += 1;
      else counts.skipped += 1;
    }
    counts.failed += failed === 0 && file.status === 'failed' ? 1 : failed;
  }
  return counts.passed + counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
