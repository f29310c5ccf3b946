import { describe, expect, it, vi } from 'vitest';
import { byAnswer, groupOf, js } from '../test/written-group.js';
import { scoreGroup } from './scored-group.js';
import type { Verdict } from './verifier.js';

const turns = [[js('1')], []];

describe('scoreGroup', () => {
  it('judges answers and nothing else', async () => {
    const group = groupOf({ turns, answer: 'right' }, { turns: [[]], answer: 'wrong' });
    const scored = await scoreGroup(group, byAnswer);
    expect([...scored.turnSplits]).toEqual([0, 2, 3]);
    expect([...scored.outcomes]).toEqual([1, 0]);
    expect([...scored.included]).toEqual([1, 1]);
    expect(scored.exclusions).toEqual([]);
  });

  it.each(['turn-limit', 'token-limit', 'context-full', 'tool-budget'] as const)(
    'takes %s for incorrect, without asking the verifier',
    async (stopReason) => {
      const verifier = vi.fn(byAnswer);
      const scored = await scoreGroup(groupOf({ turns, answer: 'right', stopReason }), verifier);
      expect([...scored.outcomes]).toEqual([0]);
      expect([...scored.included]).toEqual([1]);
      expect(verifier).not.toHaveBeenCalled();
    },
  );

  it('excludes what is not the model’s doing, and says why', async () => {
    const group = groupOf(
      { turns, stopReason: 'infrastructure-failure' },
      { turns, stopReason: 'aborted' },
      { turns: [], stopReason: 'context-full' },
      { turns, answer: 'down' },
      { turns, answer: 'right' },
    );
    const scored = await scoreGroup(group, byAnswer);
    expect([...scored.included]).toEqual([0, 0, 0, 0, 1]);
    expect([...scored.outcomes]).toEqual([0, 0, 0, 0, 1]);
    expect(scored.exclusions.map(({ trajectory, reason }) => [trajectory, reason])).toEqual([
      [0, 'infrastructure-failure'],
      [1, 'aborted'],
      [2, 'no-turns'],
      [3, 'verifier-failure'],
    ]);
    expect(scored.exclusions[3]?.message).toBe('the judge is away');
  });

  it('passes the signal on, and does not swallow an error of ours', async () => {
    const { signal } = new AbortController();
    const verifier = vi.fn(byAnswer);
    await scoreGroup(groupOf({ turns }), verifier, signal);
    expect(verifier.mock.calls[0]?.[2]).toBe(signal);
    const faulty = async () => Promise.reject(new RangeError('hidden: must hold an answer'));
    await expect(scoreGroup(groupOf({ turns }), faulty)).rejects.toThrow('hidden: must hold an answer');
  });

  it('refuses a verdict that is none', async () => {
    const verifier = async () => ({ status: 'maybe' }) as unknown as Verdict;
    await expect(scoreGroup(groupOf({ turns }), verifier)).rejects.toThrow(
      'verdict: must have a known status, got {"status":"maybe"}',
    );
  });

  it('accepts a group without trajectories', async () => {
    const scored = await scoreGroup(groupOf(), byAnswer);
    expect([...scored.turnSplits]).toEqual([0]);
  });
});
