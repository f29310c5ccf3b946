import { type AdvantageEstimator, composeAdvantages, gae, grpo, gtpo, mtGrpo, rloo } from '@turnwise/advantages';
import { turnRewards } from '@turnwise/rewards';
import { describe, expect, it } from 'vitest';
import { groupOf } from '../test/written-trajectory.js';
import { clippedSurrogate } from './clipped-surrogate.js';
import { explain, explanationText, type LedgerInputs } from './explain.js';
import { importanceSampling } from './importance-sampling.js';
import { packTrajectories } from './pack-trajectories.js';
import { supervised } from './supervised.js';
import { truncatedImportanceSampling } from './truncated-importance-sampling.js';
import { turnRewardBatch } from './turn-reward-batch.js';

/** Prompt of one; a trajectory that left its group, one of two turns (two tokens and one), one of one turn. */
const turns = [{ action: [5, 6] }, { action: [7], observation: null }];
const GROUP = groupOf({ turns: [{}] }, { turns }, { turns: [{ action: [8], observation: null }] });
const REWARDS = turnRewardBatch(
  [GROUP],
  [
    turnRewards(GROUP, {
      parts: { accuracy: Float64Array.of(9, 0, 1, 0), format: Float64Array.of(0, -0.1, 0, -0.1) },
      outcomes: Float64Array.of(0, 1, 0),
      exclusions: [{ trajectory: 0, reason: 'aborted', message: '' }],
    }),
  ],
);

function inputs(estimator: AdvantageEstimator = gtpo({ discount: 0.5 })): LedgerInputs {
  const advantages = estimator(REWARDS);
  const batch = packTrajectories([GROUP], advantages, { temperature: 1, included: REWARDS.included });
  // Every token is 1.5 times as likely as when it was sampled: above the clip of 1.2.
  const policyLogprobs = batch.behaviourLogprobs.map((logprob) => logprob + Math.log(1.5));
  return { rewards: REWARDS, advantages, batch, loss: clippedSurrogate(), policyLogprobs, discount: 0.5 };
}

describe('explain', () => {
  it('follows a token from rewards to its coefficient', () => {
    // Row 0 is trajectory 1: position 0 prompt, 1 and 2 its first turn, 3 the environment, 4 its second turn.
    const clipped = explain(inputs(grpo({ std: 'none' })), 0, 2);
    expect(clipped).toMatchObject({
      trajectory: 1,
      turn: 0,
      rewards: [
        { turn: 0, parts: { accuracy: 0, format: -0.1 }, total: -0.1, discounted: -0.1 },
        { turn: 1, parts: { accuracy: 1, format: 0 }, total: 1, discounted: 0.5 },
      ],
      turnReturn: 0.4,
      weight: 0.25,
      // .9 and -.1: deviation .5; the upper clip binds.
      advantage: 0.5,
      coefficient: 0,
      passed: 0,
      // The group's sums .9 and -.1.
      credit: [{ turn: 0, value: 0.9, baseline: 0.4, deviation: 1, weight: 1 }],
    });
    expect(clipped.ratio).toBeCloseTo(1.5, 6);
    // The other row, advantage -.5: nothing binds. -.25 * -.5 * 1.5.
    const open = explain(inputs(grpo({ std: 'none' })), 1, 1);
    expect(open).toMatchObject({ trajectory: 2, turn: 0, turnReturn: -0.1, advantage: -0.5 });
    expect(open.coefficient).toBeCloseTo(0.1875, 6);
    expect(open.passed).toBeCloseTo(1, 6);
  });

  it('shows the parts of a composed advantage, of turns and of tokens', () => {
    const byTurn = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }) },
      { name: 'others', estimator: rloo(), weight: 2 },
    ]);
    expect(explain(inputs(byTurn), 0, 4).credit).toEqual([
      { part: 'mean', turn: 1, value: 0.9, baseline: 0.4, deviation: 1, weight: 1 },
      { part: 'others', turn: 1, value: 0.9, baseline: expect.closeTo(-0.1, 12), deviation: 1, weight: 2 },
    ]);
    const tokenValues = Float64Array.of(0, 0.1, 0.2, 0.3, 0.4);
    const critic: typeof byTurn = (batch) => gae({ lambda: 1, whiten: false })({ ...batch, values: tokenValues });
    const byToken = composeAdvantages([{ name: 'critic', estimator: critic }]);
    // Returns .9, .9, 1 of the tokens of trajectory 1, less their values: the return stands beside the critic's value.
    const of = (token: number) => explain(inputs(byToken), 0, token).credit;
    const term = (turn: number, value: number, baseline: number) => [
      { part: 'critic', turn, value: expect.closeTo(value, 12), baseline, deviation: 1, weight: 1 },
    ];
    expect(of(1)).toEqual(term(0, 0.9, 0.1));
    expect(of(2)).toEqual(term(0, 0.9, 0.2));
    expect(of(4)).toEqual(term(1, 1, 0.3));
  });

  it('shows baseline and deviation, and later turns that hand credit back', () => {
    // Discount .5: returns .4, 1 | -.1: mean .433333, sample deviation sqrt(.606667 / 2) = .550757.
    const [own] = explain(inputs(), 0, 2).credit;
    expect(own).toMatchObject({ turn: 0, value: 0.4, weight: 1 });
    expect(own?.baseline).toBeCloseTo(0.433333, 6);
    expect(own?.deviation).toBeCloseTo(0.550757 + 1e-6, 6);
    // MT-GRPO hands the outcome's advantage (outcomes 1 and 0: mean .5) back to the first turn, times .5.
    const handed = explain(inputs(mtGrpo({ discount: 0.5, std: 'none' })), 0, 2).credit;
    expect(handed).toEqual([
      { turn: 0, value: -0.1, baseline: expect.closeTo(-0.1, 12), deviation: 1, weight: 1 },
      { turn: 1, value: 1, baseline: 0.5, deviation: 1, weight: 0.5 },
    ]);
    expect(explanationText(explain(inputs(mtGrpo({ discount: 0.5 })), 0, 2))).toContain(
      '\n  turn 1: 0.5 * (1 - baseline 0.5) / 0.707108\n',
    );
    const silent: AdvantageEstimator = (batch) => ({ level: 'turn', values: batch.rewards.slice() });
    expect(explain(inputs(silent), 0, 2).credit).toEqual([]);
  });

  it('reads well', () => {
    expect(explanationText(explain(inputs(grpo({ std: 'none' })), 1, 1))).toBe(
      [
        'trajectory 2, turn 0',
        'rewards',
        '  turn 0: format -0.1, counts -0.1',
        'return -0.1',
        'advantage -0.5',
        '  (-0.1 - baseline 0.4)',
        'ratio 1.5, of which the loss lets through 1',
        'weight 0.25',
        'coefficient 0.1875',
      ].join('\n'),
    );
  });

  it('writes several kinds with +, none as the total, and names part and turn', () => {
    const two = {
      ...REWARDS,
      rewards: Float64Array.of(9, 0.9, 1, -0.1),
      parts: { a: Float64Array.of(0, 1, 0, 0), b: Float64Array.of(0, -0.1, 0, -0.1) },
    };
    const text = (estimator: AdvantageEstimator) => {
      const advantages = estimator(two);
      const batch = packTrajectories([GROUP], advantages, { temperature: 1, included: two.included });
      const own = { ...inputs(), rewards: two, advantages, batch };
      return explanationText(explain(own, 0, 2));
    };
    const handed = composeAdvantages([{ name: 'mt', estimator: mtGrpo({ discount: 0.5, std: 'none' }) }]);
    expect(text(handed).split('\n').slice(2, 4)).toEqual([
      '  turn 0: a 1 + b -0.1, counts 0.9',
      '  turn 1: 1, counts 0.5',
    ]);
    expect(text(handed)).toContain('\n  mt: (0.9 - baseline 0.4)\n  mt, turn 1: 0.5 * (1 - baseline 0.5)\n');
  });

  it('finds later turns of later trajectories, and the tokens of later rows', () => {
    const last = explain(inputs(), 0, 4);
    expect(last).toMatchObject({ turn: 1, rewards: [{ turn: 1, total: 1, discounted: 1 }], turnReturn: 1 });
    // Tokens: one of the trajectory that left, three of the first row, one of the second.
    const tokenValues = Float64Array.of(0, 0.1, 0.2, 0.3, 0.4);
    const critic: AdvantageEstimator = (own) => gae({ lambda: 1, whiten: false })({ ...own, values: tokenValues });
    expect(explain(inputs(critic), 1, 1).credit).toMatchObject([{ turn: 0, baseline: 0.4 }]);
  });

  it('begins at the first place of a row, and does not read on in the next', () => {
    const bare = { prompt: [], turns: [{ action: [5, 6], observation: null }] };
    const group = groupOf(bare, bare);
    const rewards = turnRewardBatch(
      [group],
      [turnRewards(group, { parts: { a: Float64Array.of(1, 0) }, outcomes: Float64Array.of(1, 0) })],
    );
    const critic: AdvantageEstimator = (own) =>
      gae({ lambda: 1, whiten: false })({ ...own, values: Float64Array.of(0.1, 0.2, 0.3, 0.4) });
    const advantages = critic(rewards);
    const batch = packTrajectories([group], advantages, { temperature: 1, included: 'all' });
    const own = { rewards, advantages, batch, loss: clippedSurrogate(), policyLogprobs: batch.behaviourLogprobs };
    const baselines = [0, 1].flatMap((row) => [0, 1].map((token) => explain(own, row, token).credit[0]?.baseline));
    expect(baselines).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(() => explain(own, 0, 2)).toThrow('token: must be an action token of the batch, got 2 of row 0');
  });

  it('reads the log-probabilities of the engine for a loss that needs them', () => {
    const own = inputs(grpo({ std: 'none' }));
    const rolloutLogprobs = own.batch.behaviourLogprobs.map((logprob) => logprob - Math.log(1.25));
    const loss = truncatedImportanceSampling(importanceSampling());
    const explained = explain({ ...own, loss, batch: { ...own.batch, rolloutLogprobs } }, 1, 1);
    // .25 * .5 * 1.5 times 1.25.
    expect(explained.coefficient).toBeCloseTo(0.234375, 6);
    expect(explained.passed).toBeCloseTo(1.25, 6);
  });

  it('lets nothing through where the advantage is 0, whatever the loss', () => {
    const nothing: AdvantageEstimator = (batch) => ({ level: 'turn', values: batch.rewards.map(() => 0) });
    const explained = explain({ ...inputs(nothing), loss: supervised() }, 1, 1);
    expect(explained).toMatchObject({ coefficient: -0.25, passed: 0 });
  });

  it('knows that trajectories without action tokens have no row', () => {
    const silent = groupOf({ turns: [{ action: [] }] }, { turns }, { turns: [{ action: [8], observation: null }] });
    const rewards = turnRewardBatch(
      [silent],
      [
        turnRewards(silent, {
          parts: { accuracy: Float64Array.of(5, 0, 1, 0) },
          outcomes: Float64Array.of(0, 1, 0),
        }),
      ],
    );
    const advantages = grpo({ std: 'none' })(rewards);
    const batch = packTrajectories([silent], advantages, { temperature: 1, included: rewards.included });
    const own = { ...inputs(), rewards, advantages, batch };
    expect(explain(own, 0, 1)).toMatchObject({ trajectory: 1, advantage: -1 });
  });

  it('re-credits: the same trajectories under another estimator', () => {
    const [before, after] = [grpo({ std: 'none' }), rloo()].map((own) => explain(inputs(own), 1, 1));
    expect([before?.advantage, after?.advantage]).toEqual([-0.5, -1]);
    expect(after?.rewards).toEqual(before?.rewards);
  });

  it('refuses what is no action token, and inputs of another batch', () => {
    const own = inputs();
    for (const [row, token] of [
      [0, 0],
      [0, 3],
      [2, 1],
      [-1, 1],
      [0, 99],
      // Beyond the row, or before it, an action token of another one.
      [0, 6],
      [1, -1],
    ] as const) {
      expect(() => explain(own, row, token)).toThrow(
        `token: must be an action token of the batch, got ${token} of row ${row}`,
      );
    }
    const all = { ...own, rewards: { ...REWARDS, included: Uint8Array.of(1, 1, 1) } };
    expect(() => explain(all, 0, 1)).toThrow('rewards: must be those of the 2 packed rows, got 3');
    const { actionTokenSplits: _, ...blind } = REWARDS;
    expect(() => explain({ ...own, rewards: blind }, 0, 1)).toThrow('actionTokenSplits: must be given');
  });
});
