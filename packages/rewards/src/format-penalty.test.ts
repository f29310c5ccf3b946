import type { ParsedToolCall } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broken, js, trajectoryOf } from '../test/written-group.js';
import { formatPenalty } from './format-penalty.js';

const ok = js('1');

describe('formatPenalty', () => {
  it.each<[string, ParsedToolCall[][], number[]]>([
    ['valid calls, then an answer', [[ok], [ok], []], [0, 0, 0]],
    ['no call in the first turn', [[], [ok]], [-0.1, 0]],
    ['no call in the only turn', [[]], [-0.1]],
    ['an invalid call in the first turn', [[broken]], [-0.1]],
    ['an invalid call in a later turn', [[ok], [broken], []], [0, -0.1, 0]],
    ['three invalid calls in one turn: one penalty', [[ok], [broken, broken, broken]], [0, -0.1]],
    ['a valid and an invalid call in one turn', [[ok, broken]], [-0.1]],
    ['an invalid call in every turn', [[broken], [broken]], [-0.1, -0.1]],
    ['no turn', [], []],
  ])('%s', (_, turns, expected) => {
    expect([...formatPenalty(trajectoryOf({ turns }))]).toEqual(expected);
  });

  it.each(['error', 'timeout', 'out-of-memory', 'output-limit'] as const)('counts %s only when told', (status) => {
    const trajectory = trajectoryOf({ turns: [[ok], [ok, ok]], results: [['ok'], ['ok', status]] });
    expect([...formatPenalty(trajectory)]).toEqual([0, 0]);
    expect([...formatPenalty(trajectory, { executionErrors: true })]).toEqual([0, -0.1]);
  });

  it('does not count a last turn without observation as an execution error', () => {
    const { turns, ...rest } = trajectoryOf({ turns: [[ok]] });
    const cut = { ...rest, turns: turns.map((turn) => ({ ...turn, observation: null })) };
    expect([...formatPenalty(cut, { executionErrors: true })]).toEqual([0]);
  });

  it('gives 0 or minus the penalty, never more', () => {
    const calls = fc.array(fc.array(fc.constantFrom(ok, broken), { maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(calls, fc.double({ min: 0.01, max: 2, noNaN: true }), (turns, penalty) => {
        const values = formatPenalty(trajectoryOf({ turns }), { penalty });
        turns.forEach((own, j) => {
          const violates = own.includes(broken) || (j === 0 && own.length === 0);
          expect(values[j]).toBe(violates ? -penalty : 0);
        });
      }),
    );
  });

  it('refuses a negative penalty', () => {
    expect(() => formatPenalty(trajectoryOf({ turns: [] }), { penalty: -0.1 })).toThrow(
      new RangeError('penalty: must be finite and at least 0, got -0.1'),
    );
  });
});
