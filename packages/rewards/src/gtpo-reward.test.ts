import { describe, expect, it } from 'vitest';
import { broken, byAnswer, DEFINITIONS, groupOf, js } from '../test/written-group.js';
import { formatReward } from './format-reward.js';
import { grpoReward } from './grpo-reward.js';
import { gtpoReward } from './gtpo-reward.js';
import { meanMetrics } from './mean-metrics.js';

const definitions = () => DEFINITIONS;
const ok = js('1');
/** Correct and clean; correct with an invalid call; wrong and clean; out of turns with an invalid call. */
const GROUP = groupOf(
  { turns: [[ok], []], answer: 'right' },
  { turns: [[ok], [broken], []], answer: 'right' },
  { turns: [[js('2')], []], answer: 'wrong' },
  { turns: [[broken]], answer: null, stopReason: 'turn-limit' },
);
/** cos((3, 4), (1, 0)) = .6. */
const embedding = (codes: readonly string[]) => codes.map((code) => (code === '1' ? [1, 0] : [3, 4]));

describe('gtpoReward', () => {
  it('is accuracy, format and shaping', async () => {
    const reward = gtpoReward({ verifier: byAnswer, shaping: { definitions, embedding } });
    const { parts, total, outcomes } = await reward(GROUP);
    expect(Object.keys(parts)).toEqual(['accuracy', 'format', 'shaping']);
    expect([...(parts['shaping'] ?? [])]).toEqual([0, 0, 0, 0, 0, 0, 0.3, 0]);
    expect([...total]).toEqual([0, 1, 0, -0.1, 1, 0, 0.3, -0.1]);
    expect([...outcomes]).toEqual([1, 1, 0, 0]);
  });

  it('has its switches: shaping, alpha, penalty, execution errors, turn rewards', async () => {
    const off = await gtpoReward({ verifier: byAnswer, shaping: 'off' })(GROUP);
    expect(Object.keys(off.parts)).toEqual(['accuracy', 'format']);
    const strong = { verifier: byAnswer, shaping: { definitions, embedding, alpha: 1 }, penalty: 0.5 };
    expect([...(await gtpoReward(strong)(GROUP)).total]).toEqual([0, 1, 0, -0.5, 1, 0, 0.6, -0.5]);
    const last = await gtpoReward({ ...strong, turnReward: 'off' })(GROUP);
    expect([...last.total]).toEqual([0, 1, 0, 0, 0.5, 0, 0.6, -0.5]);
    const failing = groupOf({ turns: [[ok], []], results: [['error'], []], answer: 'right' });
    const strict = await gtpoReward({ verifier: byAnswer, shaping: 'off', executionErrors: true })(failing);
    expect([...strict.total]).toEqual([-0.1, 1]);
  });
});

describe('grpoReward', () => {
  it('is 1 on the last turn of a correct trajectory without any format error', async () => {
    const { parts, total, outcomes } = await grpoReward({ verifier: byAnswer })(GROUP);
    expect(Object.keys(parts)).toEqual(['success-in-format']);
    expect([...total]).toEqual([0, 1, 0, 0, 0, 0, 0, 0]);
    // The raw outcome stays: the second trajectory is correct, whatever its format.
    expect([...outcomes]).toEqual([1, 1, 0, 0]);
  });

  it('counts execution errors when told', async () => {
    const failing = groupOf({ turns: [[ok], []], results: [['timeout'], []], answer: 'right' });
    expect([...(await grpoReward({ verifier: byAnswer })(failing)).total]).toEqual([0, 1]);
    expect([...(await grpoReward({ verifier: byAnswer, executionErrors: true })(failing)).total]).toEqual([0, 0]);
  });

  it('gives an excluded trajectory no score', async () => {
    const { total, included } = await grpoReward({ verifier: byAnswer })(groupOf({ turns: [[ok]], answer: 'down' }));
    expect([[...total], [...included]]).toEqual([[0], [0]]);
  });
});

describe('formatReward', () => {
  it('pays for format alone, and still knows the outcomes', async () => {
    const { total, outcomes } = await formatReward({ verifier: byAnswer, penalty: 0.2 })(GROUP);
    expect([...total]).toEqual([0, 0, 0, -0.2, 0, 0, 0, -0.2]);
    expect([...outcomes]).toEqual([1, 1, 0, 0]);
  });
});

describe('meanMetrics', () => {
  it('divides once, over all groups', async () => {
    const reward = gtpoReward({ verifier: byAnswer, shaping: { definitions, embedding } });
    const single = groupOf({ turns: [[broken]], answer: 'right' });
    // Accuracy 3 of 5; format errors 3 of 9 turns; one of two failures shaped, similarity .6.
    const metrics = meanMetrics([await reward(GROUP), await reward(single)]);
    expect(metrics).toEqual({
      accuracy: 0.6,
      format_errors: 1 / 3,
      shaping_share: 0.5,
      shaping_similarity: expect.closeTo(0.6, 12),
    });
  });

  it('leaves out what counted nothing', async () => {
    const reward = gtpoReward({ verifier: byAnswer, shaping: { definitions } });
    expect(meanMetrics([await reward(groupOf({ turns: [[ok]], answer: 'right' }))])).toEqual({
      accuracy: 1,
      format_errors: 0,
    });
    expect(meanMetrics([])).toEqual({});
  });
});
