import fc from 'fast-check';

/** A tool's token in the middle and one at the end; reward 1 on the fifth token. Then a sequence of its own. */
export const TOKENS = {
  rewards: [0, 0, 0, 0, 1, 0, 2],
  actionMask: [1, 1, 0, 1, 1, 0, 1],
  splits: Int32Array.of(0, 6, 7),
};

/** One sequence with the values of a critic, a third of it a tool's. */
export const sequence = fc.array(
  fc.record({
    reward: fc.double({ min: -1, max: 1, noNaN: true }),
    value: fc.double({ min: -1, max: 1, noNaN: true }),
    action: fc.constantFrom(0, 1, 1),
  }),
  { maxLength: 6 },
);

/** A discount or a lambda. */
export const share = fc.double({ min: 0, max: 1, noNaN: true });
