import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchOf, fullBatchOf } from '../test/batch-of.js';
import { anchorState } from './anchor-state.js';
import { composeAdvantages } from './compose-advantages.js';
import { composedTurnCredit } from './composed-turn-credit.js';
import { gigpo } from './gigpo.js';
import { grpo } from './grpo.js';
import { gtpo } from './gtpo.js';
import { igpo } from './igpo.js';
import { ircHybrid } from './irc-hybrid.js';
import { kevin } from './kevin.js';
import { maxrl } from './maxrl.js';
import { mtGrpo } from './mt-grpo.js';
import { reinforcePlusPlus } from './reinforce-plus-plus.js';
import { withRewards } from './reward-source.js';
import { rloo } from './rloo.js';
import { turnGae } from './turn-gae.js';
import { turnIndex } from './turn-index.js';

const close = (actual: ArrayLike<number> | undefined, expected: readonly number[], digits = 6) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual?.[i]).toBeCloseTo(value, digits);
  });
};
const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;
const rewards = fc.array(
  fc.integer({ min: -10, max: 10 }).map((value) => [value / 10]),
  { minLength: 2, maxLength: 5 },
);

describe('grpo, its options', () => {
  it('compares with the others when told, written as a loop', () => {
    fc.assert(
      fc.property(rewards, (written) => {
        const plain = written.flat();
        const expected = plain.map((own, i) => {
          const others = plain.filter((_, k) => k !== i);
          const mean = others.reduce((sum, value) => sum + value, 0) / others.length;
          const spread = others.reduce((sum, value) => sum + (value - mean) ** 2, 0);
          // The others are equal: undivided.
          return spread < 1e-9 ? own - mean : (own - mean) / (Math.sqrt(spread / (others.length - 1)) + 1e-6);
        });
        close(grpo.nemo()(batchOf([written])).values, expected);
      }),
    );
  });

  it('is RLOO without a deviation, and has the population deviation', () => {
    fc.assert(
      fc.property(rewards, (written) => {
        const batch = batchOf([written]);
        close(grpo({ baseline: 'leave-one-out', std: 'none' })(batch).values, [...rloo()(batch).values], 9);
      }),
    );
    // Others of 1: 0 and .5, mean .25, population deviation .25.
    const [first] = grpo({ baseline: 'leave-one-out', std: 'population', epsilon: 0 })(
      batchOf([[[1], [0], [0.5]]]),
    ).values;
    expect(first).toBeCloseTo(3, 12);
  });

  it.each([
    ['verl', [1.08386, -0.886795, -0.197065], 1],
    ['skyrl', [1.08386, -0.886795, -0.197065], 1],
    ['ragen', [1.08386, -0.886795, -0.197065], 1],
    ['nemoMean', [1.08386, -0.886795, -0.197065], 0],
    ['trl', [1.083649, -0.886622, -0.197027], 0],
    ['rllm', [1.327451, -1.086097, -0.241355], 1],
    ['nemo', [3.33349, -1.468603, -0.212132], 0],
    ['drGrpo', [0.55, -0.45, -0.1], 0],
    ['prime', [0.55, -0.45, -0.1], 0],
    ['tinker', [0.55, -0.45, -0.1], 0],
  ] as const)('grpo.%s has the numbers of its project', (preset, group, alone) => {
    close(grpo[preset]()(batchOf([[[1], [0], [0.35]]])).values, [...group]);
    expect([...grpo[preset]()(batchOf([[[1]]])).values]).toEqual([alone]);
    // An option of one's own goes over the preset's.
    close(grpo[preset]({ std: 'none', baseline: 'mean' })(batchOf([[[1], [0]]])).values, [0.5, -0.5]);
  });

  it('counts a group as one of one when the others left it', () => {
    const batch = batchOf([[{ rewards: [0.4, 0.2] }, { rewards: [9], included: 0 }, { rewards: [] }]]);
    close(grpo.verl()(batch).values, [0.6, 0.6, 0]);
  });

  it('refuses unknown choices', () => {
    expect(() => grpo({ baseline: 'none' as 'mean' })).toThrow("baseline: must be 'mean' or 'leave-one-out', got none");
    expect(() => grpo({ singleton: 'one' as 'zero' })).toThrow("singleton: must be 'zero' or 'reward', got one");
  });
});

describe('maxrl', () => {
  it('divides by the mean', () => {
    // Of SkyRL: mean .45; then mean 1.9 / 3.
    const batch = batchOf([
      [[1], [0], [0.35]],
      [[1], [-0.1], [1]],
    ]);
    close(maxrl()(batch).values, [1.22222, -0.999998, -0.222222, 0.578946, -1.157893, 0.578946]);
  });

  it('gives zeros for equal rewards of 0 and refuses others whose mean is 0', () => {
    expect([...maxrl({ epsilon: 0 })(batchOf([[[0], [0]]])).values]).toEqual([0, 0]);
    expect(() => maxrl({ epsilon: 0 })(batchOf([[[1], [-1]]]))).toThrow(
      'rewards: their mean plus epsilon must not be 0, got 0 in group 0',
    );
  });
});

describe('turnIndex', () => {
  it('compares turns of the same index of the same group', () => {
    // First turns 1 and 3; the second turn stands alone. Another group: 7 and 7.
    const batch = batchOf([
      [[1, 5], [3]],
      [
        [7, 1],
        [7, 2],
      ],
    ]);
    close(turnIndex(EXACT)(batch).values, [-root, 0, root, 0, -root, 0, root]);
    close(turnIndex({ std: 'none' })(batch).values, [-1, 0, 1, 0, -0.5, 0, 0.5]);
  });
});

describe('anchorState', () => {
  it('compares returns of turns at the same state of the same group', () => {
    // Discount .5: returns 1, 2 | 3. The state "a" has 1 and 3, "b" 2 alone; the second group has an "a" of its own.
    const batch = fullBatchOf([
      [
        { rewards: [0, 2], states: ['a', 'b'] },
        { rewards: [3], states: ['a'] },
      ],
      [{ rewards: [9], states: ['a'] }],
    ]);
    close(anchorState({ discount: 0.5 })(batch).values, [-1, 0, 1, 0]);
    close(anchorState({ discount: 0.5, std: 'sample', epsilon: 0 })(batch).values, [-root, 0, root, 0]);
    // The default: 0 + .95 * 2 = 1.9 against 3.
    close(anchorState()(batch).values, [-0.55, 0, 0.55, 0]);
    expect(() => anchorState()(batchOf([[[1]]]))).toThrow(
      'stateKeys: must be given, since anchorState reads it, got none',
    );
  });

  it('counts every visit', () => {
    // Returns 1, 1 | 0 at the same state, discount 1: mean 2/3.
    const batch = fullBatchOf([
      [
        { rewards: [0, 1], states: ['a', 'a'] },
        { rewards: [0], states: ['a'] },
      ],
    ]);
    close(anchorState({ discount: 1 })(batch).values, [1 / 3, 1 / 3, -2 / 3]);
  });
});

describe('gigpo', () => {
  it('adds the trajectory and the step, and shows both', () => {
    const batch = fullBatchOf([
      [
        { rewards: [0, 2], states: ['a', 'b'] },
        { rewards: [3], states: ['a'] },
      ],
    ]);
    const { values, parts } = gigpo({ discount: 0.5, omega: 2 })(batch);
    close(parts?.['trajectory'], [-0.5, -0.5, 0.5]);
    close(parts?.['step'], [-2, 0, 2]);
    close(values, [-2.5, -0.5, 2.5]);
    expect(() => gigpo({ omega: Number.NaN })).toThrow('omega: must be finite, got NaN');
  });
});

describe('mtGrpo', () => {
  it('is what its authors compute for two turns', () => {
    // First turns .2, 0 : z = root, -root; outcomes 0, 1: z = -root, root. First turn: both, second: the outcome.
    const batch = batchOf([
      [
        { rewards: [0.2, 5], outcome: 0 },
        { rewards: [0, 7], outcome: 1 },
      ],
    ]);
    close(mtGrpo(EXACT)(batch).values, [0, -root, 0, root]);
  });

  it('discounts by the distance in turns', () => {
    // Three turns: turn z 1 and -1 times root at the first two indices, outcome z root and -root.
    const batch = batchOf([
      [
        { rewards: [1, 0, 0], outcome: 1 },
        { rewards: [0, 1, 0], outcome: 0 },
      ],
    ]);
    const unit = [1 - 0.5 + 0.25, -1 + 0.5, 1, -1 + 0.5 - 0.25, 1 - 0.5, -1];
    close(
      mtGrpo({ ...EXACT, discount: 0.5 })(batch).values,
      unit.map((value) => value * root),
    );
  });

  it('takes other rewards when told', () => {
    const batch = fullBatchOf([
      [
        [1, 0],
        [0, 0.5],
      ],
    ]);
    // Turn part "reward" z = root, -root; outcome: the sums 1 and .5.
    close(mtGrpo({ ...EXACT, turnRewards: { part: 'reward' }, outcome: 'rewards' })(batch).values, [
      2 * root,
      root,
      -2 * root,
      -root,
    ]);
    expect(() => mtGrpo({ turnRewards: { part: 'gain' } })(batch)).toThrow(
      'source: must name one of the parts reward, got {"part":"gain"}',
    );
  });
});

describe('igpo', () => {
  it('normalises each kind by itself, then adds up', () => {
    // Gains .1, .3 | .2 (not the last turns): mean .2, deviation .1: z -1, 1 | 0. Outcomes 1, 0: z root, -root.
    const batch = batchOf([
      [
        { rewards: [0.1, 0.3, 8], outcome: 1 },
        { rewards: [0.2, 9], outcome: 0 },
      ],
    ]);
    close(igpo(EXACT)(batch).values, [root, 1 + root, root, -root, -root]);
    close(igpo({ ...EXACT, discount: 0.5 })(batch).values, [-1 + 0.5 + root / 4, 1 + root / 2, root, -root / 2, -root]);
  });
});

describe('kevin', () => {
  it('is gtpo with a discount of .4', () => {
    const batch = batchOf([
      [
        [1, 0.5],
        [0, 0.25],
      ],
    ]);
    // Returns 1.2, .5, .1, .25.
    const expected = grpo(EXACT)(batchOf([[[1.2], [0.5], [0.1], [0.25]]])).values;
    close(kevin(EXACT)(batch).values, [...expected], 9);
    expect(kevin({ discount: 0.9 })(batch).values).toEqual(gtpo()(batch).values);
  });
});

describe('ircHybrid', () => {
  it('adds a share of the outcome to the normalised returns', () => {
    // Returns with outcomes: .1 + .9 * 1 = 1, 1 | 0. GTPO: mean 2/3, deviation .577350. Outcomes: root, -root.
    const batch = batchOf([[{ rewards: [0.1, 0], outcome: 1 }, { rewards: [0] }]]);
    const { values, parts } = ircHybrid(EXACT)(batch);
    close(parts?.['return'], [0.57735, 0.57735, -1.154701]);
    close(parts?.['outcome'], [0.3 * root, 0.3 * root, -0.3 * root]);
    close(values, [0.57735 + 0.3 * root, 0.57735 + 0.3 * root, -1.154701 - 0.3 * root]);
  });
});

describe('turnGae', () => {
  it('is GAE over turns', () => {
    const batch = fullBatchOf([
      [
        { rewards: [0, 1], values: [0.5, 0.8] },
        { rewards: [0], values: [0.1] },
      ],
    ]);
    // Second turn 1 - .8 = .2; first 0 + .9 * .8 - .5 + .9 * .5 * .2 = .31; the other -.1.
    close(turnGae({ discount: 0.9, lambda: 0.5, whiten: false })(batch).values, [0.31, 0.2, -0.1]);
    // Whitened: mean .136667, sample deviation .212211.
    close(turnGae({ discount: 0.9, lambda: 0.5, epsilon: 0 })(batch).values, [0.816798, 0.298445, -1.115243], 4);
    const out = fullBatchOf([[{ rewards: [1], values: [0.1], included: 0 }]]);
    expect([...turnGae({ whiten: false })(out).values]).toEqual([0]);
  });
});

describe('composeAdvantages', () => {
  const batch = fullBatchOf([
    [{ rewards: [1], tokens: [2], outcome: 1 }, { rewards: [0] }],
    [[0.5], [0]],
  ]);

  it('is the weighted sum, part by part', () => {
    const { level, values, parts } = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }) },
      { name: 'others', estimator: rloo(), weight: -2, gate: 'outcome' },
    ])(batch);
    expect(level).toBe('turn');
    close(parts?.['mean'], [0.5, -0.5, 0.25, -0.25]);
    // Outcomes of the second group are equal.
    close(parts?.['others'], [-2, 2, 0, 0]);
    close(values, [-1.5, 1.5, 0.25, -0.25]);
  });

  it('is a sum by token when a part is', () => {
    const { level, values, parts } = composeAdvantages([
      { name: 'mean', estimator: grpo({ std: 'none' }) },
      { name: 'tokens', estimator: reinforcePlusPlus(), weight: 0 },
    ])(batch);
    expect(level).toBe('token');
    close(values, [0.5, 0.5, -0.5, 0.25, -0.25]);
    close(parts?.['tokens'], [0, 0, 0, 0, 0]);
  });

  it('is nothing without parts, and refuses a name twice and a weight that is not finite', () => {
    expect([...composeAdvantages([])(batch).values]).toEqual([0, 0, 0, 0]);
    const part = { name: 'a', estimator: rloo() };
    expect(() => composeAdvantages([part, part])).toThrow('name: must be used once, got a twice');
    expect(() => composeAdvantages([{ ...part, weight: Number.POSITIVE_INFINITY }])).toThrow(
      'weight of a: must be finite, got Infinity',
    );
  });
});

describe('composedTurnCredit', () => {
  it('adds outcome, step and turn, and shuts the step where outcomes are equal', () => {
    const trajectory = (turnRewards: number[], outcome: number, states: string[]) => ({
      rewards: turnRewards,
      outcome,
      states,
    });
    const batch = fullBatchOf([
      [trajectory([0, 0], 1, ['s', 'x']), trajectory([-0.1, 0], 0, ['s', 'x']), trajectory([0], 0, ['s'])],
      [trajectory([0], 1, ['s']), trajectory([-0.1, 0], 1, ['s', 's'])],
    ]);
    const { values, parts } = composedTurnCredit(EXACT)(batch);
    // z of 1, 0, 0: 1.154701, -.577350, -.577350.
    close(parts?.['outcome'], [1.154701, 1.154701, -0.57735, -0.57735, -0.57735, 0, 0, 0]);
    // At "s" returns .95, 0, 0; at "x" 1, 0. The second group's outcomes are equal.
    close(parts?.['step'], [1.154701, root, -0.57735, -root, -0.57735, 0, 0, 0]);
    // First turns 0, -.1, 0: z .577350, -1.154701, .577350; 0, -.1: root, -root.
    close(parts?.['turn'], [0.57735, 0, -1.154701, 0, 0.57735, root, -root, 0]);
    const sum = values.map((_, k) =>
      Object.values(parts ?? {}).reduce((total, part) => total + (part[k] as number), 0),
    );
    close(values, [...sum]);
    const weighted = composedTurnCredit({ ...EXACT, omega: 0, lambda: 2 })(batch);
    close(weighted.parts?.['turn'], [1.154701, 0, -2.309401, 0, 1.154701, 2 * root, -2 * root, 0]);
    expect(weighted.parts?.['step']?.every((value) => value === 0)).toBe(true);
  });
});

describe('withRewards', () => {
  it('puts the outcome on the last turn, alone or beside the rewards', () => {
    const sums: (readonly number[])[] = [];
    const spy = (batch: { rewards: Float64Array }) => {
      sums.push([...batch.rewards]);
      return { level: 'turn', values: batch.rewards } as const;
    };
    const batch = batchOf([[{ rewards: [0.1, 0.2], outcome: 1 }, { rewards: [] }, { rewards: [0.3] }]]);
    for (const source of ['rewards', 'outcomes', 'rewards-and-outcomes'] as const) withRewards(source, spy)(batch);
    expect(sums).toEqual([
      [0.1, 0.2, 0.3],
      [0, 1, 0],
      [0.1, 1.2, 0.3],
    ]);
    expect([...batch.rewards]).toEqual([0.1, 0.2, 0.3]);
    expect(() => withRewards({ part: 'a' }, spy)(batch)).toThrow('parts: must be given');
  });
});
