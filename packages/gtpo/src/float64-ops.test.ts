import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Float64Ops, type Float64Value, float64Ops } from './float64-ops.js';

type Build = (ops: Float64Ops, a: Float64Value, b: Float64Value) => Float64Value;

/** What is built from a and b, its value, and its derivatives by a and by b. */
function evaluate(build: Build, a: number, b: number) {
  const ops = float64Ops(1);
  const inputs = [ops.input([a]), ops.input([b])] as const;
  const result = build(ops, ...inputs);
  ops.backward(result, Float64Array.of(1));
  return { value: result.values[0] as number, derivatives: inputs.map(({ adjoint }) => adjoint[0] as number) };
}

const SMOOTH: [string, Build, (a: number, b: number) => number][] = [
  ['add', (ops, a, b) => ops.add(a, b), (a, b) => a + b],
  ['sub', (ops, a, b) => ops.sub(a, b), (a, b) => a - b],
  ['mul', (ops, a, b) => ops.mul(a, b), (a, b) => a * b],
  ['div', (ops, a, b) => ops.div(a, ops.add(b, ops.constant(5))), (a, b) => a / (b + 5)],
  ['neg', (ops, a) => ops.neg(a), (a) => -a],
  ['exp', (ops, a) => ops.exp(a), (a) => Math.exp(a)],
  ['a value used twice', (ops, a, b) => ops.mul(ops.add(a, b), ops.mul(a, a)), (a, b) => (a + b) * a * a],
  ['minimum', (ops, a, b) => ops.minimum(a, b), Math.min],
  ['maximum', (ops, a, b) => ops.maximum(a, b), Math.max],
  [
    'where',
    (ops, a, b) => ops.where(ops.less(a, b), ops.mul(a, b), ops.exp(a)),
    (a, b) => (a < b ? a * b : Math.exp(a)),
  ],
];

describe('float64Ops', () => {
  it.each(SMOOTH)('%s: value, and derivatives as finite differences say', (_, build, plain) => {
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        fc.pre(Math.abs(a - b) > 1e-3);
        const { value, derivatives } = evaluate(build, a, b);
        const h = 1e-5;
        expect(value).toBeCloseTo(plain(a, b), 12);
        expect(derivatives[0]).toBeCloseTo((plain(a + h, b) - plain(a - h, b)) / (2 * h), 5);
        expect(derivatives[1]).toBeCloseTo((plain(a, b + h) - plain(a, b - h)) / (2 * h), 5);
      }),
    );
  });

  it('passes the derivative of a tie to the first argument', () => {
    expect(evaluate((ops, a, b) => ops.minimum(a, b), 1, 1).derivatives).toEqual([1, 0]);
    expect(evaluate((ops, a, b) => ops.maximum(a, b), 1, 1).derivatives).toEqual([1, 0]);
  });

  it('stops the derivative at stopGradient and at less', () => {
    expect(evaluate((ops, a, b) => ops.mul(ops.stopGradient(a), b), 3, 5)).toEqual({ value: 15, derivatives: [0, 3] });
    expect(evaluate((ops, a, b) => ops.less(a, b), 3, 5)).toEqual({ value: 1, derivatives: [0, 0] });
    expect(evaluate((ops, a, b) => ops.less(a, b), 5, 5)).toEqual({ value: 0, derivatives: [0, 0] });
  });

  it('makes no NaN of a branch that is not taken', () => {
    const { value, derivatives } = evaluate((ops, a, b) => ops.minimum(ops.exp(ops.mul(a, b)), b), 1000, 2);
    expect(value).toBe(2);
    expect(derivatives).toEqual([0, 1]);
  });

  it('joins the tokens of a set, and only those', () => {
    const build = (kind: 'sumOver' | 'meanOver') => {
      const ops = float64Ops(4, { sequence: Int32Array.of(0, 1, 0, 0) });
      const a = ops.input([1, 10, 2, 6]);
      const result = ops[kind]('sequence', ops.mul(a, a));
      ops.backward(result, Float64Array.of(1, 0.5, 0, 2));
      return { values: [...result.values], adjoint: [...a.adjoint] };
    };
    // 1 + 4 + 36; a token's square reaches all three sums: (1 + 0 + 2) * 2 a. The mean is a third of it.
    expect(build('sumOver')).toEqual({ values: [41, 100, 41, 41], adjoint: [6, 10, 12, 36] });
    const mean = build('meanOver');
    [41 / 3, 100, 41 / 3, 41 / 3].forEach((value, i) => {
      expect(mean.values[i]).toBeCloseTo(value, 12);
    });
    expect(mean.adjoint).toEqual([2, 10, 4, 12]);
    expect(() => float64Ops(1).sumOver('turn', float64Ops(1).constant(1))).toThrow('turns: must be given');
  });

  it('keeps tokens apart', () => {
    const ops = float64Ops(3);
    const a = ops.input([1, 2, 3]);
    const squared = ops.mul(a, a);
    ops.backward(squared, Float64Array.of(1, 0, 0.5));
    expect([...squared.values]).toEqual([1, 4, 9]);
    expect([...a.adjoint]).toEqual([2, 0, 3]);
    expect([...ops.constant(7).values]).toEqual([7, 7, 7]);
  });
});
