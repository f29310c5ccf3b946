import { expect, it } from 'vitest';
import { byAnswer, groupOf, js } from '../test/written-group.js';
import { accuracyPart } from './accuracy-part.js';
import { composeReward } from './compose-reward.js';
import type { RewardPart } from './reward-part.js';
import { weightedPart } from './weighted-part.js';

const GROUP = groupOf({ turns: [[js('1')], [js('2')], []], answer: 'right' }, { turns: [[js('3')]], answer: 'down' });
/** -1, 2, 0.5 on the turns of the first trajectory; a metric of its own. */
const style: RewardPart = () => ({
  values: Float64Array.of(-1, 2, 0.5, 9),
  metrics: { style_mean: { sum: 1.5, count: 3 } },
});

it('weighs, clips and says how often it clipped, each part under its name', async () => {
  const parts = {
    accuracy: weightedPart(accuracyPart(), { name: 'accuracy', weight: 2 }),
    style: weightedPart(style, { name: 'style', weight: 0.5, min: -0.2, max: 0.6 }),
  };
  const { parts: given, total, metrics } = await composeReward({ verifier: byAnswer, parts })(GROUP);
  expect([...(given['accuracy'] ?? [])]).toEqual([0, 0, 2, 0]);
  // .5 * [-1, 2, .5] = [-.5, 1, .25], clipped to [-.2, .6]; the second trajectory is not scored.
  expect([...(given['style'] ?? [])]).toEqual([-0.2, 0.6, 0.25, 0]);
  expect([...total]).toEqual([-0.2, 0.6, 2.25, 0]);
  expect(metrics).toEqual({
    accuracy: { sum: 1, count: 1 },
    style_mean: { sum: 1.5, count: 3 },
    style_clipped: { sum: 2, count: 3 },
  });
});

it('refuses a weight and bounds that mean nothing', () => {
  expect(() => weightedPart(style, { name: 's', weight: Number.NaN })).toThrow('weight: must be finite, got NaN');
  expect(() => weightedPart(style, { name: 's', min: 1, max: 0 })).toThrow('min: must be at most max, got 1 and 0');
});
