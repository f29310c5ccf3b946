import { expect, it } from 'vitest';
import { trajectoryOf } from '../../test/written-trajectory.js';
import { trajectoryFacts } from './trajectory-facts.js';

it('counts calls, failures and tokens', () => {
  const { premature, ...counts } = trajectoryFacts(trajectoryOf(0, ['invalid', 'ok', 'timeout', 'answer']), 1);
  expect(premature).toBe(false);
  // Tokens: a prompt of 4, four actions of 2, three observations of 3.
  expect(counts).toEqual({
    turns: 4,
    calls: 3,
    validCalls: 2,
    failedCalls: 2,
    timeouts: 1,
    actionTokens: 8,
    tokens: 21,
  });
});

it('does not blame a call that was not run, but an invalid one in a last turn', () => {
  expect(trajectoryFacts(trajectoryOf(0, ['ok', 'not-run']), 0)).toMatchObject({ calls: 2, failedCalls: 0 });
  const cut = trajectoryOf(0, ['ok', 'invalid']);
  const turns = cut.turns.map((turn, i) => (i === 1 ? { ...turn, observation: null } : turn));
  expect(trajectoryFacts({ ...cut, turns }, 0)).toMatchObject({ calls: 2, validCalls: 1, failedCalls: 1 });
});

it('calls an answer premature that came before the required results, and nothing else', () => {
  const premature = (...[turns, required]: [Parameters<typeof trajectoryOf>[1], number]) =>
    trajectoryFacts(trajectoryOf(0, turns), required).premature;
  expect(premature(['ok', 'answer'], 2)).toBe(true);
  expect(premature(['error', 'ok', 'answer'], 2)).toBe(true);
  expect(premature(['ok', 'ok', 'answer'], 2)).toBe(false);
  expect(premature(['ok', 'not-run'], 2)).toBe(false);
  expect(premature(['answer'], 0)).toBe(false);
});

it('counts nothing in a trajectory without turns', () => {
  expect(trajectoryFacts(trajectoryOf(0, [], { stopReason: 'context-full' }), 1)).toMatchObject({
    turns: 0,
    calls: 0,
    failedCalls: 0,
    tokens: 4,
    premature: false,
  });
});
