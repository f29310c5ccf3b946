import { describe, expect, it } from 'vitest';
import { fullBatchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { composedTurnCredit } from './composed-turn-credit.js';

const root = Math.SQRT1_2;
const EXACT = { epsilon: 0 } as const;

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
