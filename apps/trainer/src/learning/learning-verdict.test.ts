import { describe, expect, it } from 'vitest';
import type { EvaluationOutcome } from '../train-observer.js';
import { type FinishedRun, learningVerdicts, median, type RunGain, runGain } from './learning-verdict.js';

const rng = () => 0.5;

/** Ten tasks of two families: `right` of each five are answered correctly. */
function outcomes(when: 'before' | 'after', right: number): EvaluationOutcome[] {
  return (['sampled', 'greedy'] as const).flatMap((mode) =>
    ['a', 'b'].flatMap((family) =>
      Array.from({ length: 5 }, (_, i) => ({ when, mode, family, task: `${family}/${i}`, correct: i < right })),
    ),
  );
}

const run = (setting: FinishedRun['setting'], before: number, after: number): FinishedRun => ({
  setting,
  seed: 1,
  outcomes: [...outcomes('before', before), ...outcomes('after', after)],
  trainingSeconds: 10,
  algorithmShare: 0.002,
});

const failing = (gains: readonly RunGain[]) =>
  learningVerdicts(gains)
    .filter(({ holds }) => !holds)
    .map(({ rule }) => rule);

describe('runGain', () => {
  it('is the paired difference, over all and per family', () => {
    // 1 of 5 right before, 4 of 5 after: .8 - .2 in both families.
    const gain = runGain(run('gtpo', 1, 4), rng);
    expect(gain.before).toBeCloseTo(0.2, 12);
    expect(gain.sampled.mean).toBeCloseTo(0.6, 12);
    expect(gain.families['a']).toBeCloseTo(0.6, 12);
  });
});

describe('learningVerdicts', () => {
  const good = {
    ...runGain(run('gtpo', 1, 4), rng),
    sampled: { mean: 0.6, low: 0.5, high: 0.7 },
    greedy: { mean: 0.6, low: 0.5, high: 0.7 },
  };
  const control = { ...runGain(run('format only', 1, 1), rng), sampled: { mean: 0.02, low: -0.1, high: 0.1 } };

  it('holds when the default learns and the control does not', () => {
    expect(failing([good, control])).toEqual([]);
  });

  it('fails by each of its rules', () => {
    expect(failing([{ ...good, sampled: { mean: 0.29, low: 0.2, high: 0.4 } }, control])[0]).toMatch(/median sampled/);
    expect(failing([{ ...good, greedy: { mean: 0.19, low: 0.1, high: 0.4 } }, control])[0]).toMatch(/median greedy/);
    expect(failing([{ ...good, greedy: { mean: 0.3, low: -0.01, high: 0.4 } }, control])[0]).toMatch(/interval/);
    expect(failing([{ ...good, families: { a: 0.9, b: -0.01 } }, control])[0]).toMatch(/every family/);
    expect(failing([good, { ...control, sampled: { mean: 0.2, low: 0, high: 0.3 } }])[0]).toMatch(/format only/);
    expect(failing([{ ...good, algorithmShare: 0.02 }, control])[0]).toMatch(/share/);
  });
});

it('median of an even number is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([5, 1, 3])).toBe(3);
});
