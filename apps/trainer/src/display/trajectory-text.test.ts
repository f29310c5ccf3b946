import type { Trajectory } from '@turnwise/trajectory';
import { expect, it } from 'vitest';
import { trajectoryText } from './trajectory-text.js';

const action = (
  content: string,
  toolCalls: Trajectory['turns'][number]['action']['message']['toolCalls'],
  answer: string | null,
) => ({
  tokenIds: [1],
  behaviourLogprobs: [-1],
  message: { role: 'assistant' as const, content, toolCalls, answer },
  policyVersion: 0,
});

const trajectory: Trajectory = {
  slot: { run: 'r', task: 0, sample: 0 },
  taskId: 'math-7',
  promptTokenIds: [1, 2],
  turns: [
    {
      action: action(
        '<js>6 *',
        [{ status: 'invalid', reason: 'unparsable', raw: '6 *', message: 'the call is not closed' }],
        null,
      ),
      observation: { tokenIds: [3], message: { role: 'tool', results: [{ status: 'error', text: 'not a call' }] } },
    },
    {
      action: action(
        '<js>\u001b[31m6 * 7</js>',
        [{ status: 'valid', call: { id: '1', name: 'js', arguments: { code: '6 * 7' } } }],
        null,
      ),
      observation: { tokenIds: [3], message: { role: 'tool', results: [{ status: 'ok', text: '42\nand more' }] } },
    },
    { action: action('<answer>41</answer>', [], '41'), observation: null },
  ],
  stopReason: 'answered',
  answer: '41',
};

it('shows prompt, actions, mistakes, results, rewards and outcome, and lets no control character through', () => {
  const text = trajectoryText({
    task: { id: 'math-7', family: 'math', prompt: [{ role: 'user', content: '6 by 7?' }], hidden: null },
    trajectory,
    correct: false,
    expected: '42',
    turnRewards: { format: [-0.1, 0, 0], accuracy: [0, 0, 0.35] },
  });
  expect(text).toEqual([
    'task math-7 (math)',
    '  user  6 by 7?',
    '  turn 1  <js>6 *',
    '    invalid  unparsable: the call is not closed',
    '    tool error  not a call',
    '    reward  format -0.1, accuracy 0',
    '  turn 2  <js>\\x1b[31m6 * 7</js>',
    '    tool  42',
    '          and more',
    '    reward  format 0, accuracy 0',
    '  turn 3  <answer>41</answer>',
    '    reward  format 0, accuracy 0.35',
    'answer 41: wrong, expected 42 (answered, 3 turns)',
  ]);
});
