import { describe, expect, it } from 'vitest';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { type ChoiceMatchOptions, choiceMatch } from './choice-match.js';
import { exactMatch } from './exact-match.js';
import { normalizedText } from './normalized-text.js';

const { task } = groupOf();
const CITIES = ['Rome', 'Paris', 'The Hague'];
const judge = async (answer: string | null, options: Partial<ChoiceMatchOptions<typeof task>> = {}) =>
  (await choiceMatch({ expected: () => 'B', ...options })(task, trajectoryOf({ turns: [[]], answer }))).status;

describe('choiceMatch', () => {
  it.each(['B', 'b', '(B)', 'B.', '**B**', ' B) Paris', 'The answer is B', 'Answer: (B).'])(
    '%o is right',
    async (answer) => {
      expect(await judge(answer)).toBe('correct');
    },
  );

  it.each([null, '', 'A', 'C) Paris', 'Bob', 'A or B', 'A, B', 'Answer: A. Answer: B.', 'The answer is A'])(
    '%o is wrong',
    async (answer) => {
      expect(await judge(answer)).toBe('incorrect');
    },
  );

  it('takes the text of the choice, and a letter only with its own text', async () => {
    const choices = () => CITIES;
    expect(await judge('paris.', { choices })).toBe('correct');
    expect(await judge('hague', { choices, expected: () => 'c' })).toBe('correct');
    expect(await judge('B) Paris', { choices })).toBe('correct');
    expect(await judge('B) Rome', { choices })).toBe('incorrect');
    expect(await judge('Rome', { choices })).toBe('incorrect');
  });

  it('refuses a letter that is no choice', async () => {
    await expect(judge('B', { expected: () => 'BB' })).rejects.toThrow(
      'must be the letter of a choice in task task, got "BB"',
    );
    await expect(judge('B', { expected: () => 'D', choices: () => CITIES })).rejects.toThrow('got "D"');
  });
});

it('normalizedText leaves what an answer in words says', async () => {
  expect(normalizedText(' The  Eiffel-Tower, (an icon)! ')).toBe('eiffel-tower icon');
  expect(normalizedText('A theory costs $5.')).toBe('theory costs $5');
  const verifier = exactMatch({ expected: () => 'The Beatles', normalize: normalizedText });
  expect(await verifier(task, trajectoryOf({ turns: [[]], answer: 'beatles.' }))).toEqual({ status: 'correct' });
});
