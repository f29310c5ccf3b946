import { expect, it, vi } from 'vitest';
import { byAnswer, groupOf } from '../test/written-group.js';
import { rememberVerdicts } from './remember-verdicts.js';

it('asks once per trajectory object, also while the first answer is under way', async () => {
  const verifier = vi.fn(byAnswer);
  const remembering = rememberVerdicts(verifier);
  const { task, trajectories } = groupOf({ turns: [[]], answer: 'right' }, { turns: [[]], answer: 'wrong' });
  const [right, wrong] = trajectories;
  if (!right || !wrong) throw new Error('two trajectories were written');
  const verdicts = await Promise.all([remembering(task, right), remembering(task, right), remembering(task, wrong)]);
  expect(verdicts.map(({ status }) => status)).toEqual(['correct', 'correct', 'incorrect']);
  expect((await remembering(task, wrong)).status).toBe('incorrect');
  expect(verifier).toHaveBeenCalledTimes(2);
});
