import { describe, expect, it } from 'vitest';
import { groupOf, trajectoryOf } from '../test/written-group.js';
import { type NumericMatchOptions, numericMatch } from './numeric-match.js';

const { task } = groupOf();
const judge = async (
  answer: string | null,
  expected: number,
  options: Partial<NumericMatchOptions<typeof task>> = {},
) => (await numericMatch({ expected: () => expected, ...options })(task, trajectoryOf({ turns: [[]], answer }))).status;

describe('numericMatch', () => {
  it.each([
    ['12', 12, 'correct'],
    [' 12.0 ', 12, 'correct'],
    ['+1.2e1', 12, 'correct'],
    ['-.5', -0.5, 'correct'],
    ['5.', 5, 'correct'],
    ['0', 0, 'correct'],
    ['-0', 0, 'correct'],
    ['12.00001', 12, 'correct'],
    ['12.0001', 12, 'incorrect'],
    ['-12', 12, 'incorrect'],
    ['0.0000001', 0, 'incorrect'],
    ['12 apples', 12, 'incorrect'],
    ['1,200', 1200, 'incorrect'],
    ['0x0c', 12, 'incorrect'],
    ['12n', 12, 'incorrect'],
    ['NaN', 12, 'incorrect'],
    ['Infinity', 12, 'incorrect'],
    ['1e999', 12, 'incorrect'],
    ['', 0, 'incorrect'],
    [' ', 0, 'incorrect'],
    [null, 0, 'incorrect'],
  ])('%o for %d is %s', async (answer, expected, status) => {
    expect(await judge(answer, expected)).toBe(status);
  });

  it('takes tolerances: relative to the expected number, absolute around 0', async () => {
    expect(await judge('101', 100, { relativeTolerance: 0.01 })).toBe('correct');
    expect(await judge('102', 100, { relativeTolerance: 0.01 })).toBe('incorrect');
    expect(await judge('-101', -100, { relativeTolerance: () => 0.01 })).toBe('correct');
    expect(await judge('0.05', 0, { absoluteTolerance: 0.1 })).toBe('correct');
    expect(await judge('7', 7, { relativeTolerance: 0 })).toBe('correct');
  });

  it('refuses an expected number or a tolerance that cannot be met', async () => {
    await expect(judge('NaN', Number.NaN)).rejects.toThrow('expected: must be finite in task task, got NaN');
    await expect(judge('1', 1, { relativeTolerance: () => -1 })).rejects.toThrow('relativeTolerance: must be finite');
    expect(() => numericMatch({ expected: () => 1, absoluteTolerance: -1 })).toThrow(
      'absoluteTolerance: must be finite',
    );
  });
});
