import { expect, test } from 'vitest';
import { optimizerOptions } from './optimizer-options.js';

test('defaults', () => {
  expect(optimizerOptions()).toEqual({
    learningRate: 5e-4,
    warmupSteps: 0,
    schedule: { kind: 'constant' },
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
    weightDecay: 0,
    decayed: 'matrices',
    maxGradNorm: 1,
  });
});

test.each([
  [{ learningRate: -1 }, 'learningRate: a finite number of at least 0, got -1'],
  [{ warmupSteps: 0.5 }, 'warmupSteps: an integer of at least 0, got 0.5'],
  [{ schedule: { kind: 'linear', steps: 0 } } as const, 'schedule.steps: an integer above warmupSteps (0), got 0'],
  [{ beta1: 1 }, 'beta1: in [0, 1), got 1'],
  [{ beta2: Number.NaN }, 'beta2: in [0, 1), got NaN'],
  [{ epsilon: 0 }, 'epsilon: a finite number above 0, got 0'],
  [{ weightDecay: Number.POSITIVE_INFINITY }, 'weightDecay: a finite number of at least 0, got Infinity'],
  [{ maxGradNorm: 0 }, 'maxGradNorm: a number above 0, got 0'],
])('refuses %j', (options, message) => {
  expect(() => optimizerOptions(options)).toThrow(new RangeError(message));
});
