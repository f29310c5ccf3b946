import { gtpo } from '@turnwise/advantages';
import { turnRewardBatch, type UpdateMetrics } from '@turnwise/gtpo';
import { turnRewards } from '@turnwise/rewards';
import { expect, it } from 'vitest';
import { taskOf, trajectoryOf } from '../../test/written-trajectory.js';
import { type UpdateResults, updateRecord } from './update-record.js';

const learner: UpdateMetrics = {
  optimizerSteps: 2,
  skippedSteps: 0,
  loss: -0.5,
  gradNorm: 0.25,
  learningRate: 0.001,
  entropy: 0.2,
  logprobDifference: 1e-6,
  steps: [{ clip_fraction_low: 0 }, { clip_fraction_low: 0.125 }],
  policyVersion: 7,
};

/**
 * Family `b` first: one task, a success of two turns and a failure, shaped, whose first call is invalid. Family `a`: a
 * failure that answers at once, and a trajectory whose tools failed.
 */
function results(given: Partial<UpdateResults> = {}): UpdateResults {
  const b = {
    task: taskOf('b', 1),
    trajectories: [trajectoryOf(0, ['ok', 'answer']), trajectoryOf(1, ['invalid', 'ok', 'answer'])],
  };
  const a = {
    task: taskOf('a', 1),
    trajectories: [trajectoryOf(0, ['answer']), trajectoryOf(1, ['ok'], { stopReason: 'infrastructure-failure' })],
  };
  const groups = [b, a];
  const rewards = [
    turnRewards(b, {
      parts: {
        accuracy: Float64Array.of(0, 1, 0, 0, 0),
        format: Float64Array.of(0, 0, -0.1, 0, 0),
        shaping: Float64Array.of(0, 0, 0, 0, 0.4),
      },
      outcomes: Float64Array.of(1, 0),
      metrics: { shaping_share: { sum: 1, count: 1 }, shaping_similarity: { sum: 0.8, count: 1 } },
    }),
    turnRewards(a, {
      parts: {
        accuracy: Float64Array.of(0, 0),
        format: Float64Array.of(-0.1, 0),
        shaping: Float64Array.of(0, 0),
      },
      outcomes: Float64Array.of(0, 0),
      exclusions: [{ trajectory: 1, reason: 'infrastructure-failure', message: 'gone' }],
      metrics: { shaping_share: { sum: 0, count: 1 }, shaping_similarity: { sum: 0, count: 0 } },
    }),
  ];
  const batch = turnRewardBatch(groups, rewards);
  const advantages = gtpo()(batch);
  return { update: 3, groups, rewards, batch, advantages, learner, policyVersion: 7, events: [], ...given };
}

it('counts over scored trajectories what is scored, and over all what was done', () => {
  const record = updateRecord(results());
  expect(record).toMatchObject({
    update: 3,
    policyVersion: 7,
    trajectories: 4,
    excludedTrajectories: 1,
    // 2 + 3 + 1 + 1 turns.
    turns: 7 / 4,
    // Calls: 1, 2, none, 1; one of them invalid.
    toolErrorRate: 1 / 4,
    invalidCallRate: 1 / 4,
    // Only the one that answered at once.
    prematureShare: 1 / 4,
    toolTimeouts: 0,
    // Actions of 2 tokens, observations of 3, prompts of 4.
    actionTokens: 14,
    tokens: 16 + 14 + 12,
    // The group of `b` has both outcomes; that of `a` has one trajectory left, so its advantages are zero.
    zeroGradientFraction: 1 / 2,
    phantomGroupFraction: 0,
    optimizerSteps: 2,
    steps: [{ clip_fraction_low: 0 }, { clip_fraction_low: 0.125 }],
  });
  // Of three scored trajectories: 1, .3 and -.1.
  expect(record.reward).toBeCloseTo(1.2 / 3, 12);
  expect(record.accuracy).toBeCloseTo(1 / 3, 12);
  const parts = record['rewardParts'] as Record<string, number>;
  expect(Object.keys(parts)).toEqual(['accuracy', 'format', 'shaping']);
  expect(parts['format']).toBeCloseTo(-0.2 / 3, 12);
  expect(parts['shaping']).toBeCloseTo(0.4 / 3, 12);
});

it('reports each family by itself, in the order of their names, with the share and similarity of what was shaped', () => {
  const { families } = updateRecord(results());
  expect(Object.keys(families)).toEqual(['a', 'b']);
  expect(families['b']).toMatchObject({
    trajectories: 2,
    accuracy: 1 / 2,
    turns: 5 / 2,
    shapingShare: 1,
    shapingSimilarity: 0.8,
  });
  expect(families['a']).toMatchObject({ trajectories: 2, accuracy: 0, shapingShare: 0, shapingSimilarity: null });
  expect(families['a']?.reward).toBeCloseTo(-0.1, 12);
});

it('writes null for the numbers of a skipped step, which JSON cannot hold', () => {
  const broken = {
    ...learner,
    optimizerSteps: 0,
    skippedSteps: 1,
    loss: Number.NaN,
    gradNorm: Number.POSITIVE_INFINITY,
    steps: [{ ratio_mean: Number.NaN }, { ratio_mean: 1.5, ratio_square_mean: 2.5 }],
  };
  expect(updateRecord(results({ learner: broken }))).toMatchObject({
    skippedSteps: 1,
    loss: null,
    gradNorm: null,
    entropy: 0.2,
    // 1.5^2 / 2.5.
    steps: [{ ratio_mean: null }, { ratio_mean: 1.5, ratio_square_mean: 2.5, effective_sample_share: 0.9 }],
  });
});

it('keeps the version of the weights when there was nothing to learn from, and the events', () => {
  const events = [{ kind: 'empty-update', message: 'no trajectory was left to learn from', level: 'warning' as const }];
  expect(updateRecord(results({ learner: null, policyVersion: 6, events }))).toMatchObject({
    policyVersion: 6,
    optimizerSteps: 0,
    events: [{ kind: 'empty-update', message: 'no trajectory was left to learn from' }],
  });
});
