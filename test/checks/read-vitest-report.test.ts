import { expect, test } from 'vitest';
import { countVitestReport, readVitestReport } from '../../scripts/checks/read-vitest-report.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((of) => ({ status: of })),
});

test('counts passed, failed and skipped tests over all files', () => {
  const report = { testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'passed', 'failed')] };
  expect(countVitestReport(report)).toEqual({ passed: 3, failed: 1, skipped: 1 });
});

test('a file that did not load is a failure', () => {
  const report = { testResults: [file('passed', 'passed'), file('failed')] };
  expect(countVitestReport(report)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test('no test at all is a failure, and so is no report', () => {
  expect(countVitestReport({ testResults: [] }).failed).toBe(1);
  expect(countVitestReport({ testResults: [file('passed', 'skipped')] })).toEqual({ passed: 0, failed: 1, skipped: 1 });
  expect(readVitestReport('no-such-report.json').failed).toBe(1);
});
