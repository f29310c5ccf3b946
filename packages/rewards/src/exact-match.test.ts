import { describe, expect, it } from 'vitest';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { exactMatch } from './exact-match.js';

const { task } = groupOf();
const judge = async (answer: string | null, options: Partial<Parameters<typeof exactMatch>[0]> = {}) =>
  (await exactMatch({ expected: () => 'Mia', ...options })(task, trajectoryOf({ turns: [[]], answer }))).status;

describe('exactMatch', () => {
  it.each([
    ['Mia', 'correct'],
    [' Mia\n', 'correct'],
    ['mia', 'incorrect'],
    ['Mia.', 'incorrect'],
    ['', 'incorrect'],
    [null, 'incorrect'],
  ])('%o is %s', async (answer, status) => {
    expect(await judge(answer)).toBe(status);
  });

  it('normalizes both sides', async () => {
    const normalize = (text: string) => text.toLowerCase().replaceAll('.', '');
    expect(await judge('MIA.', { normalize })).toBe('correct');
    expect(await judge('mia', { normalize, expected: () => 'M.I.A.' })).toBe('correct');
  });

  it('takes no answer for incorrect even when nothing is expected', async () => {
    expect(await judge(null, { expected: () => '' })).toBe('incorrect');
  });
});
