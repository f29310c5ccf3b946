import { describe, expect, it } from 'vitest';
import { broken, byAnswer, groupOf, js } from '../test/written-group.js';
import { accuracyPart } from './accuracy-part.js';
import { composeReward } from './compose-reward.js';
import { formatPart } from './format-part.js';
import type { RewardPart } from './reward-part.js';

const ok = js('1');
const GROUP = groupOf({ turns: [[broken], [ok], []], answer: 'right' }, { turns: [[]], answer: 'wrong' });

/** A part of one's own: minus one hundredth per turn. */
const perTurn: RewardPart = ({ turnSplits }) => ({ values: new Float64Array(turnSplits.at(-1) as number).fill(-0.01) });

describe('composeReward', () => {
  it('adds named parts and keeps each', async () => {
    const reward = composeReward({
      verifier: byAnswer,
      parts: { accuracy: accuracyPart(), format: formatPart(), perTurn },
    });
    const { parts, total, outcomes, metrics } = await reward(GROUP);
    expect([...(parts['accuracy'] ?? [])]).toEqual([0, 0, 1, 0]);
    expect([...(parts['format'] ?? [])]).toEqual([-0.1, 0, 0, -0.1]);
    expect([...(parts['perTurn'] ?? [])]).toEqual([-0.01, -0.01, -0.01, -0.01]);
    [-0.11, -0.01, 0.99, -0.11].forEach((value, i) => {
      expect(total[i]).toBeCloseTo(value, 12);
    });
    expect([...outcomes]).toEqual([1, 0]);
    expect(metrics).toEqual({ accuracy: { sum: 1, count: 2 }, format_errors: { sum: 2, count: 4 } });
  });

  it('puts everything on the last turn when turn rewards are off, part by part', async () => {
    const reward = composeReward({
      verifier: byAnswer,
      parts: { accuracy: accuracyPart(), format: formatPart() },
      turnReward: 'off',
    });
    const { parts, total } = await reward(GROUP);
    expect([...(parts['format'] ?? [])]).toEqual([0, 0, -0.1, -0.1]);
    expect([...total]).toEqual([0, 0, 0.9, -0.1]);
  });

  it('gives excluded trajectories 0 from every part, also from parts that forget to', async () => {
    const reward = composeReward({
      verifier: byAnswer,
      parts: { accuracy: accuracyPart(), format: formatPart(), perTurn },
    });
    const { total, included, exclusions, metrics } = await reward(
      groupOf({ turns: [[broken], []], answer: 'down' }, { turns: [[ok]], answer: 'right' }),
    );
    expect([...total]).toEqual([0, 0, 0.99]);
    expect([...included]).toEqual([0, 1]);
    expect(exclusions).toEqual([{ trajectory: 0, reason: 'verifier-failure', message: 'the judge is away' }]);
    expect(metrics).toEqual({ accuracy: { sum: 1, count: 1 }, format_errors: { sum: 0, count: 1 } });
  });

  it('waits for parts that take time', async () => {
    const slow: RewardPart = async (scored) => perTurn(scored);
    const { total } = await composeReward({ verifier: byAnswer, parts: { slow } })(GROUP);
    expect([...total]).toEqual([-0.01, -0.01, -0.01, -0.01]);
  });

  it('refuses a part of the wrong length and an unknown switch', async () => {
    const parts = { short: () => ({ values: Float64Array.of(1) }) };
    await expect(composeReward({ verifier: byAnswer, parts })(GROUP)).rejects.toThrow(
      'parts.short: must hold 4 values, got 1',
    );
    expect(() => composeReward({ verifier: byAnswer, parts: {}, turnReward: 'late' as 'off' })).toThrow(
      "turnReward: must be 'on' or 'off', got late",
    );
  });
});
