import { expect, test } from 'vitest';
import { checkSchedule, type LearningRateSchedule, learningRate } from './learning-rate.js';

const constant = { kind: 'constant' } as const;
const rates = (base: number, warmupSteps: number, schedule: LearningRateSchedule, steps: number[]) =>
  steps.map((step) => learningRate(base, warmupSteps, schedule, step));

test('constant without warm-up', () => {
  expect(rates(0.5, 0, constant, [0, 1, 100])).toEqual([0.5, 0.5, 0.5]);
});

test('rises linearly over the warm-up, and reaches the rate in the step after it', () => {
  for (const schedule of [constant, { kind: 'linear', steps: 9 }, { kind: 'cosine', steps: 9 }] as const) {
    expect(rates(1, 3, schedule, [0, 1, 2, 3])).toEqual([0.25, 0.5, 0.75, 1]);
  }
  expect(learningRate(1, 3, constant, 4)).toBe(1);
});

test('linear: after the warm-up a line to nothing, and it stays there', () => {
  // Warm-up to 1/2 and 1, then (6 - step) / (6 - 1).
  const expected = [1, 2, 1.6, 1.2, 0.8, 0.4, 0, 0];
  rates(2, 1, { kind: 'linear', steps: 6 }, [0, 1, 2, 3, 4, 5, 6, 60]).forEach((rate, i) => {
    expect(rate).toBeCloseTo(expected[i] as number, 12);
  });
});

test('linear to a share: 1 - .9 p', () => {
  const expected = [1, 0.775, 0.55, 0.325, 0.1, 0.1];
  rates(1, 0, { kind: 'linear', steps: 4, final: 0.1 }, [0, 1, 2, 3, 4, 5]).forEach((rate, i) => {
    expect(rate).toBeCloseTo(expected[i] as number, 12);
  });
});

test('cosine: cos 0, 60, 90, 120 and 180 degrees', () => {
  // After a warm-up of 2, p = (step - 2) / 6: (1 + cos) / 2 is 1, 3/4, 1/2, 1/4, 0.
  const expected = [1 / 3, 2 / 3, 1, 0.75, 0.5, 0.25, 0, 0];
  rates(1, 2, { kind: 'cosine', steps: 8 }, [0, 1, 2, 4, 5, 6, 8, 9]).forEach((rate, i) => {
    expect(rate).toBeCloseTo(expected[i] as number, 12);
  });
  // With a share of .2 left: .2 + .8 * 3/4.
  expect(learningRate(10, 2, { kind: 'cosine', steps: 8, final: 0.2 }, 4)).toBeCloseTo(8, 12);
});

test.each([
  [{ kind: 'exponential' }, 'schedule.kind: constant, linear or cosine, got exponential'],
  [{ kind: 'linear', steps: 3 }, 'schedule.steps: an integer above warmupSteps (3), got 3'],
  [{ kind: 'cosine', steps: 9.5 }, 'schedule.steps: an integer above warmupSteps (3), got 9.5'],
  [{ kind: 'cosine', steps: 9, final: 2 }, 'schedule.final: in [0, 1], got 2'],
])('refuses %j', (schedule, message) => {
  expect(() => checkSchedule(schedule as LearningRateSchedule, 3)).toThrow(new RangeError(message));
});
