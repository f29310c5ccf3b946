import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Float64Value, float64Ops } from '../src/float64-ops.js';
import { type Aggregation, evaluateLoss, type PolicyBatch, type PolicyLoss, tokenWeights } from '../src/index.js';
import { tokenSets } from '../src/token-sets.js';
import { LOSSES } from './all-losses.js';

/** A token: 0 of the environment, or the number of its turn from 1; and its numbers. */
interface Token {
  readonly turn: number;
  readonly policy: number;
  readonly shift: number;
  readonly engine: number;
  readonly advantage: number;
}

/** Odd multiples of 1/2000: no two are closer together than 1/1000 unless they are equal, and none is 0. */
const number = (min: number, max: number) =>
  fc.integer({ min: Math.ceil(min * 1000), max: Math.floor(max * 1000) - 1 }).map((value) => value / 1000 + 1 / 2000);
const token: fc.Arbitrary<Token> = fc.record({
  turn: fc.constantFrom(0, 1, 1, 2, 2, 3),
  policy: number(-3, -0.01),
  shift: number(-0.8, 0.8),
  engine: number(-0.1, 0.1),
  advantage: number(-3, 3),
});
/** Rows of up to five tokens whose turns come in order. */
const rows = fc.array(
  fc
    .array(token, { minLength: 1, maxLength: 5 })
    .map((row) => row.toSorted((a, b) => (a.turn && b.turn ? a.turn - b.turn : 0))),
  { minLength: 1, maxLength: 4 },
);

/** The rows packed, and what a loss reads. `behind` tokens of padding are added to each. */
function packed(written: readonly (readonly Token[])[], behind = 0) {
  const width = Math.max(...written.map(({ length }) => length)) + behind;
  const padding: Token = { turn: 0, policy: -9, shift: 9, engine: 9, advantage: 9 };
  const all = written.flatMap((row) => [...row, ...Array.from({ length: width - row.length }, () => padding)]);
  const batch = {
    sequences: written.length,
    tokens: width,
    actionMask: Uint8Array.from(all, ({ turn }) => (turn === 0 ? 0 : 1)),
    turnIndices: Int32Array.from(all, ({ turn }) => turn - 1),
    groupIndices: Int32Array.from(written, (_, i) => i >> 1),
  } as unknown as PolicyBatch;
  const inputs = {
    policyLogprobs: all.map(({ policy }) => policy),
    behaviourLogprobs: all.map(({ policy, shift }) => policy - shift),
    rolloutLogprobs: all.map(({ policy, shift, engine }) => policy - shift - engine),
    advantages: all.map(({ advantage }) => advantage),
    sequences: all.map((_, at) => Math.floor(at / width)),
    turns: batch.turnIndices,
    actionMask: batch.actionMask,
  };
  return { batch, inputs };
}

/**
 * The value of a loss, with the factors under stop-gradient taken from `frozen` if given, and whether some minimum or
 * maximum is within 1e-3 of changing its mind. Equal arguments do not count: there both sides are the same function.
 */
function traced(
  loss: PolicyLoss,
  { inputs }: ReturnType<typeof packed>,
  weights: Float64Array,
  frozen?: Float64Array[],
) {
  const places = inputs.policyLogprobs.flatMap((_, at) => (inputs.actionMask[at] === 1 ? [at] : []));
  const plain = float64Ops(places.length, tokenSets(inputs, places));
  const factors: Float64Array[] = [];
  let nearKink = false;
  const watched = (a: Float64Value, b: Float64Value) => {
    nearKink ||= a.values.some((value, i) => {
      const distance = Math.abs(value - (b.values[i] as number));
      return distance > 0 && distance < 1e-3;
    });
  };
  const ops = {
    ...plain,
    minimum: (a: Float64Value, b: Float64Value) => {
      watched(a, b);
      return plain.minimum(a, b);
    },
    maximum: (a: Float64Value, b: Float64Value) => {
      watched(a, b);
      return plain.maximum(a, b);
    },
    stopGradient: (a: Float64Value) => {
      const factor = frozen?.[factors.length] ?? a.values;
      factors.push(factor);
      return plain.input(factor);
    },
  };
  const gather = (values: readonly number[]) => ops.input(places.map((at) => values[at] as number));
  const terms = loss.terms<Float64Value>(ops, {
    policyLogprobs: gather(inputs.policyLogprobs),
    behaviourLogprobs: gather(inputs.behaviourLogprobs),
    advantages: gather(inputs.advantages),
    rolloutLogprobs: gather(inputs.rolloutLogprobs),
  });
  const value = terms.loss.values.reduce((sum, own, i) => sum + own * (weights[places[i] as number] as number), 0);
  return { value, factors, nearKink };
}

const AGGREGATIONS: readonly Aggregation[] = [
  { kind: 'token-mean' },
  { kind: 'sequence-mean-token-mean' },
  { kind: 'sequence-mean-token-sum' },
  { kind: 'sequence-mean-token-sum-norm', constant: 7 },
  { kind: 'token-sum-norm', constant: 11 },
  { kind: 'group-mean' },
  { kind: 'turn-mean' },
];

describe.each(LOSSES)('%s', (_, loss) => {
  it('has the gradient that finite differences say, with what is under stop-gradient held fixed', () => {
    let compared = 0;
    let leftOut = 0;
    const h = 1e-6;
    fc.assert(
      fc.property(rows, (written) => {
        const made = packed(written);
        const weights = tokenWeights(made.batch, loss.aggregation);
        const { factors, nearKink } = traced(loss, made, weights);
        if (nearKink) {
          leftOut += 1;
          return;
        }
        const { gradient } = evaluateLoss(loss, { ...made.inputs, weights });
        const valueWith = (at: number, by: number) => {
          const policyLogprobs = made.inputs.policyLogprobs.with(at, (made.inputs.policyLogprobs[at] as number) + by);
          return traced(loss, { ...made, inputs: { ...made.inputs, policyLogprobs } }, weights, factors).value;
        };
        made.inputs.actionMask.forEach((on, at) => {
          if (on === 0) {
            expect(gradient[at]).toBe(0);
            return;
          }
          compared += 1;
          const difference = (valueWith(at, h) - valueWith(at, -h)) / (2 * h);
          expect(Math.abs((gradient[at] as number) - difference)).toBeLessThan(1e-6 * (1 + Math.abs(difference)));
        });
      }),
    );
    expect(compared).toBeGreaterThan(200);
    expect(leftOut).toBeLessThanOrEqual(20);
  });

  it('adds up: any split of the rows into micro-batches has the value and the coefficients of the whole', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...AGGREGATIONS), fc.nat(), (written, aggregation, seed) => {
        const made = packed(written);
        const weights = tokenWeights(made.batch, aggregation);
        const whole = evaluateLoss(loss, { ...made.inputs, weights });
        // Two parts, by the bits of the seed.
        const parts = [0, 1].map((part) => {
          const on = made.inputs.actionMask.map((value, at) =>
            ((seed >> Math.floor(at / made.batch.tokens)) & 1) === part ? value : 0,
          );
          return evaluateLoss(loss, { ...made.inputs, weights, actionMask: on });
        });
        const [a, b] = parts as [typeof whole, typeof whole];
        expect(Math.abs(a.value + b.value - whole.value)).toBeLessThan(1e-12);
        whole.gradient.forEach((own, at) => {
          expect(Math.abs((a.gradient[at] as number) + (b.gradient[at] as number) - own)).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it('is blind to tool tokens, padding and the order of rows', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...AGGREGATIONS), (written, aggregation) => {
        const of = (own: readonly (readonly Token[])[], behind: number) => {
          const made = packed(own, behind);
          return evaluateLoss(loss, { ...made.inputs, weights: tokenWeights(made.batch, aggregation) });
        };
        // Groups are pairs of neighbours: their order is turned, and with it that of an even number of rows.
        const even = written.length % 2 === 0 ? written : [...written, []];
        const whole = of(even, 0);
        const tool: Token = { turn: 0, policy: -7, shift: 5, engine: 1, advantage: 8 };
        const widened = even.map((row) => row.flatMap((own) => (own.turn === 1 ? [tool, own] : [own])));
        expect(Math.abs(of(widened, 3).value - whole.value)).toBeLessThan(1e-12);
        expect(Math.abs(of(even.toReversed(), 1).value - whole.value)).toBeLessThan(1e-12);
      }),
    );
  });
});
