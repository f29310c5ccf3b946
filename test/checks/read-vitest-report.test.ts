import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countVitestReport, readVitestReport } from '../../scripts/checks/read-vitest-report.mjs';
import { ROOT } from '../../scripts/setup/project.mjs';

const file = (status: string, ...tests: string[]) => ({
  name: join(ROOT, 'src', 'one.test.ts'),
  status,
  message: status === 'failed' && tests.length === 0 ? 'SyntaxError: unexpected end' : '',
  assertionResults: tests.map((of, i) => ({
    status: of,
    fullName: `one test ${i}`,
    failureMessages: of === 'failed' ? ['expected 1 to be 2\n    at somewhere'] : [],
  })),
});

test('counts passed, failed and skipped tests over all files', () => {
  const report = { testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'passed', 'failed')] };
  expect(countVitestReport(report)).toEqual({
    passed: 3,
    failed: 1,
    skipped: 1,
    failures: ['src/one.test.ts: one test 1\nexpected 1 to be 2\n    at somewhere'],
  });
});

test('a file that did not load is a failure', () => {
  const report = { testResults: [file('passed', 'passed'), file('failed')] };
  expect(countVitestReport(report)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
    failures: ['src/one.test.ts\nSyntaxError: unexpected end'],
  });
});

test('no test at all is a failure, and so is no report', () => {
  expect(countVitestReport({ testResults: [] }).failed).toBe(1);
  expect(countVitestReport({ testResults: [file('passed', 'skipped')] })).toEqual({
    passed: 0,
    failed: 1,
    skipped: 1,
    failures: ['no test was run'],
  });
  expect(readVitestReport('no-such-report.json').failed).toBe(1);
});
