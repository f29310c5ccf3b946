import { expect, it } from 'vitest';
import type { EvaluationMode } from '../train-observer.js';
import { evaluationReport, type TaskOutcome } from './evaluation-report.js';

/** Outcomes of a family in one mode: `[correct, calls, valid calls, unseen composition]` each. */
const outcomes = (
  family: string,
  mode: EvaluationMode,
  written: readonly (readonly [boolean, number, number, boolean])[],
): TaskOutcome[] =>
  written.map(([correct, calls, validCalls, unseenComposition], i) => ({
    when: 'before',
    mode,
    task: `${family}/${i}`,
    family,
    correct,
    calls,
    validCalls,
    turns: calls + 1,
    premature: false,
    unseenComposition,
  }));

it('gives shares and intervals over all, per family, and apart for compositions never seen', () => {
  const report = evaluationReport([
    ...outcomes('math', 'sampled', [
      [true, 2, 2, false],
      [false, 3, 2, true],
    ]),
    ...outcomes('look', 'sampled', [
      [false, 1, 1, false],
      [true, 2, 1, false],
    ]),
    ...outcomes('math', 'greedy', [
      [true, 2, 2, false],
      [true, 2, 2, true],
    ]),
  ]);
  // 6 of 8 calls are valid; of the two trajectories with valid calls alone one is right.
  expect(report).toMatchObject({
    accuracy: 0.5,
    correct: 2,
    total: 4,
    validCallRate: 6 / 8,
    accuracyGivenValidCalls: 0.5,
  });
  // Wilson, 2 of 4: .5 -+ 1.96 / (1 + .9604) * sqrt(.25 / 4 + .9604 / 16), that is .150039 and .849961.
  expect(report.interval95[0]).toBeCloseTo(0.150039, 5);
  expect(report.interval95[1]).toBeCloseTo(0.849961, 5);
  expect(report.greedy).toMatchObject({ accuracy: 1, correct: 2, total: 2 });
  expect(report.families['math']).toMatchObject({ accuracy: 0.5, total: 2, greedy: { accuracy: 1, total: 2 } });
  expect(report.families['look']).toMatchObject({ accuracy: 0.5, validCallRate: 2 / 3 });
  expect(report.compositions?.unseen).toMatchObject({ accuracy: 0, total: 1, greedy: { accuracy: 1, total: 1 } });
  expect(report.compositions?.seen).toMatchObject({ total: 3, greedy: { total: 1 } });
});

it('says null where there was nothing to take a share of', () => {
  const report = evaluationReport(outcomes('math', 'sampled', [[false, 0, 0, false]]));
  expect(report).toMatchObject({ validCallRate: null, accuracyGivenValidCalls: 0 });
  expect(report.greedy).toMatchObject({ accuracy: 0, total: 0, interval95: [0, 1], accuracyGivenValidCalls: null });
  expect(report.compositions).not.toHaveProperty('unseen');
});
