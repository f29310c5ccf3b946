import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupOf, type WrittenTrajectory } from '../test/written-trajectory.js';
import { packTrajectories } from './pack-trajectories.js';

const ALL = { temperature: 1, included: 'all' } as const;
const turnLevel = (...values: number[]) => ({ level: 'turn', values: Float64Array.from(values) }) as const;

describe('packTrajectories', () => {
  it('lays prompt, actions and observations in a row and marks the actions alone', () => {
    const groups = [
      groupOf({
        prompt: [1, 2],
        turns: [
          { action: [3, 4], logprobs: [-0.25, -0.5], observation: [7] },
          { action: [5], logprobs: [-1], observation: null },
        ],
      }),
      groupOf({ prompt: [1], turns: [{ action: [6], logprobs: [-2], observation: [8, 8] }] }),
    ];
    expect(packTrajectories(groups, turnLevel(0.5, -1, 2), { temperature: 0.75, included: 'all' })).toEqual({
      sequences: 2,
      tokens: 6,
      //                       prompt  action  obs action
      tokenIds: Int32Array.of(1, 2, 3, 4, 7, 5, 1, 6, 8, 8, 0, 0),
      sequenceLengths: Int32Array.of(6, 4),
      actionMask: Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0),
      advantages: Float32Array.of(0, 0, 0.5, 0.5, 0, -1, 0, 2, 0, 0, 0, 0),
      behaviourLogprobs: Float32Array.of(0, 0, -0.25, -0.5, 0, -1, 0, -2, 0, 0, 0, 0),
      turnIndices: Int32Array.of(-1, -1, 0, 0, -1, 1, -1, 0, -1, -1, -1, -1),
      groupIndices: Int32Array.of(0, 1),
      temperature: 0.75,
    });
  });

  it('leaves excluded trajectories out and keeps the advantages of the others in place', () => {
    const group = groupOf({ turns: [{}, {}] }, { turns: [{}] }, { turns: [{}], stopReason: 'context-full' });
    const batch = packTrajectories([group], turnLevel(1, 2, 3, 4), {
      temperature: 1,
      included: Uint8Array.of(0, 1, 1),
    });
    expect(batch.sequences).toBe(2);
    expect([...batch.advantages]).toEqual([0, 3, 0, 0, 4, 0]);
  });

  it('gives no row to a trajectory without action tokens, and none at all for nothing', () => {
    const batch = packTrajectories(
      [groupOf({ turns: [] }, { turns: [{ action: [] }] }, { turns: [{}] })],
      turnLevel(1, 2),
      ALL,
    );
    expect([batch.sequences, [...batch.advantages]]).toEqual([1, [0, 2, 0]]);
    const empty = packTrajectories([], turnLevel(), ALL);
    expect([empty.sequences, empty.tokens, empty.tokenIds.length]).toEqual([0, 0, 0]);
  });

  it('can be read back: mask, turn and advantage agree on every token', () => {
    const tokens = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 4 });
    const turn = fc.record({ action: tokens, observation: tokens });
    const trajectory: fc.Arbitrary<WrittenTrajectory> = fc.record({
      prompt: tokens,
      turns: fc.array(turn, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(trajectory, { maxLength: 3 }), { maxLength: 3 }), (written) => {
        const all = written.flat();
        const turns = all.reduce((sum, own) => sum + own.turns.length, 0);
        // Advantage k + 1 for the k-th turn, so that none is 0.
        const batch = packTrajectories(
          written.map((own) => groupOf(...own)),
          turnLevel(...Array.from({ length: turns }, (_, k) => k + 1)),
          ALL,
        );
        let next = 1;
        all.forEach((own, i) => {
          const row = Array.from({ length: batch.tokens }, (_, t) => i * batch.tokens + t);
          own.turns.forEach(({ action }, j) => {
            const places = row.filter((at) => batch.turnIndices[at] === j);
            expect(places.map((at) => batch.tokenIds[at])).toEqual(action);
            expect(places.every((at) => batch.actionMask[at] === 1 && batch.advantages[at] === next)).toBe(true);
            next += 1;
          });
          const rest = row.filter((at) => batch.turnIndices[at] === -1);
          expect(rest.every((at) => batch.actionMask[at] === 0 && batch.advantages[at] === 0)).toBe(true);
          const text = [
            ...(own.prompt ?? []),
            ...own.turns.flatMap(({ action = [], observation }) => [...action, ...(observation ?? [])]),
          ];
          expect(row.slice(0, batch.sequenceLengths[i]).map((at) => batch.tokenIds[at])).toEqual(text);
        });
        expect(batch.sequences).toBe(all.length);
      }),
    );
  });

  it('gives every action token its own advantage when they are those of tokens', () => {
    const turns = [
      { action: [5, 6], observation: [9, 9] },
      { action: [7], observation: null },
    ];
    const groups = [groupOf({ turns }, { turns }), groupOf({ turns })];
    const advantages = { level: 'token', values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9) } as const;
    const all = packTrajectories(groups, advantages, ALL);
    // Prompt of one, two action tokens, two of the environment, one action token.
    expect(Array.from(all.advantages)).toEqual([0, 1, 2, 0, 0, 3, 0, 4, 5, 0, 0, 6, 0, 7, 8, 0, 0, 9]);
    // What is left out takes its advantages with it.
    const some = packTrajectories(groups, advantages, { temperature: 1, included: Uint8Array.of(1, 0, 1) });
    expect(Array.from(some.advantages)).toEqual([0, 1, 2, 0, 0, 3, 0, 7, 8, 0, 0, 9]);
    expect(() => packTrajectories(groups, { ...advantages, values: Float64Array.of(1, 2) }, ALL)).toThrow(
      'advantages: must hold one value per action token, 9, got 2',
    );
  });

  it('takes rows that just fit, and ids at the ends of their range', () => {
    const group = groupOf({ prompt: [0], turns: [{ action: [0x7fffffff], observation: null }] });
    const { tokens, tokenIds } = packTrajectories([group], turnLevel(1), { ...ALL, maxTokens: 2 });
    expect([tokens, ...tokenIds]).toEqual([2, 0, 0x7fffffff]);
  });

  it.each<[string, () => unknown]>([
    ...[-1, 0x80000000].map((id): [string, () => unknown] => [
      `tokenIds: must be whole numbers from 0 to 2147483647, got ${id}`,
      () => packTrajectories([groupOf({ turns: [{ action: [id] }] })], turnLevel(1), ALL),
    ]),
    [
      'temperature: must be finite and above 0, got 0',
      () => packTrajectories([], turnLevel(), { temperature: 0, included: 'all' }),
    ],
    [
      'advantages: must hold one value per turn, 1, got 2',
      () => packTrajectories([groupOf({ turns: [{}] })], turnLevel(1, 2), ALL),
    ],
    [
      'included: must hold one entry per trajectory, 1, got 2',
      () =>
        packTrajectories([groupOf({ turns: [{}] })], turnLevel(1), { temperature: 1, included: Uint8Array.of(1, 1) }),
    ],
    [
      'maxTokens: rows must fit 2 tokens, got one of 3',
      () => packTrajectories([groupOf({ turns: [{}] })], turnLevel(1), { ...ALL, maxTokens: 2 }),
    ],
    [
      'behaviourLogprobs: must hold one value per token of turn 0 of task task, 1, got 0',
      () => packTrajectories([groupOf({ turns: [{ logprobs: [] }] })], turnLevel(1), ALL),
    ],
    [
      'behaviourLogprobs: must be finite, got -Infinity',
      () => packTrajectories([groupOf({ turns: [{ logprobs: [Number.NEGATIVE_INFINITY] }] })], turnLevel(1), ALL),
    ],
    [
      'advantages: must be finite, got NaN',
      () => packTrajectories([groupOf({ turns: [{}] })], turnLevel(Number.NaN), ALL),
    ],
    [
      'tokenIds: must be whole numbers from 0 to 2147483647, got 1.5',
      () => packTrajectories([groupOf({ turns: [{ action: [1.5] }] })], turnLevel(1), ALL),
    ],
  ])('refuses: %s', (message, pack) => {
    expect(pack).toThrow(new RangeError(message));
  });
});
