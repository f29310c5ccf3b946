import type { AnswerNode } from './answer-node.js';
import { exactValue } from './exact-value.js';
import { type Budget, toNumber } from './rational.js';

/** A complex number; NaN where nothing is known. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** What the variables of an answer are, and a note whether a real computation left the real line on the way. */
export interface Point {
  readonly values: ReadonlyMap<string, number>;
  readonly budget: Budget;
  leftReals: boolean;
}

export type Value = Complex | readonly (readonly Complex[])[];

const UNKNOWN: Complex = { re: Number.NaN, im: Number.NaN };
const real = (re: number): Complex => ({ re, im: 0 });
const isMatrix = (value: Value): value is readonly (readonly Complex[])[] => Array.isArray(value);

/** The value of an expression in double precision, with principal branches; NaN for what is no number or too large. */
export function numericValue(node: AnswerNode, point: Point): Value {
  if (--point.budget.work < 0) return UNKNOWN;
  switch (node.kind) {
    case 'number':
      return real(toNumber(node.value));
    case 'symbol':
      return symbolValue(node.name, point);
    case 'matrix':
      return node.rows.map((row) => row.map((cell) => scalar(numericValue(cell, point))));
    case 'call':
      return callValue(node, point);
    default:
      return UNKNOWN;
  }
}

function symbolValue(name: string, { values }: Point): Complex {
  switch (name) {
    case 'pi':
      return real(Math.PI);
    case 'e':
      return real(Math.E);
    case 'i':
      return { re: 0, im: 1 };
    case 'infinity':
      return real(Number.POSITIVE_INFINITY);
    default:
      return real(values.get(name) ?? Number.NaN);
  }
}

function scalar(value: Value): Complex {
  if (!isMatrix(value)) return value;
  const only = value.length === 1 && value[0]?.length === 1 ? value[0][0] : undefined;
  return only ?? UNKNOWN;
}

type Call = Extract<AnswerNode, { kind: 'call' }>;

function callValue(node: Call, point: Point): Value {
  const exact = point.values.size === 0 ? exactValue(node, point.budget) : null;
  if (exact !== null) return real(toNumber(exact));
  const args = node.args.map((argument) => numericValue(argument, point));
  if (args.some(isMatrix)) return matrixCall(node.name, args);
  const [first = UNKNOWN, second] = args as Complex[];
  switch (node.name) {
    case '+':
      return sum(args as Complex[]);
    case '*':
      return (args as Complex[]).reduce(multiply);
    case 'neg':
      return { re: -first.re, im: -first.im };
    case '/':
      return divide(first, second ?? UNKNOWN);
    case '^':
      return power(first, second ?? UNKNOWN, point);
    case 'sqrt':
      return power(first, divide(real(1), second ?? real(2)), point);
    case 'abs':
      return real(Math.hypot(first.re, first.im));
    case 'exp':
      return exponential(first);
    case 'log':
      return second === undefined ? logarithm(first, point) : divide(logarithm(first, point), logarithm(second, point));
    case 'degree':
      return first;
    case 'factorial':
      return first.im === 0 ? real(factorialOf(first.re)) : UNKNOWN;
    default:
      return (
        trigonometric(node, first, point) ?? rounded(node.name, first) ?? unknownFunction(node.name, args as Complex[])
      );
  }
}

function sum(terms: readonly Complex[]): Complex {
  let [re, im, size] = [0, 0, 0];
  for (const term of terms) {
    re += term.re;
    im += term.im;
    size = Math.max(size, Math.abs(term.re), Math.abs(term.im));
  }
  // What is left of terms that cancel is rounding.
  const snap = (value: number) => (Math.abs(value) <= 4e-15 * size * terms.length ? 0 : value);
  return Number.isFinite(size) ? { re: snap(re), im: snap(im) } : { re, im };
}

function multiply(a: Complex, b: Complex): Complex {
  if (a.im === 0 && b.im === 0) return real(a.re * b.re);
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function divide(a: Complex, b: Complex): Complex {
  const square = b.re * b.re + b.im * b.im;
  if (square === 0) return UNKNOWN;
  if (a.im === 0 && b.im === 0) return real(a.re / b.re);
  return { re: (a.re * b.re + a.im * b.im) / square, im: (a.im * b.re - a.re * b.im) / square };
}

function power(base: Complex, exponent: Complex, point: Point): Complex {
  const whole = exponent.im === 0 && Number.isInteger(exponent.re);
  if (base.im === 0 && exponent.im === 0 && (base.re >= 0 || whole)) {
    const value = base.re ** exponent.re;
    return Number.isFinite(value) ? real(value) : UNKNOWN;
  }
  if (whole && Math.abs(exponent.re) <= 64) {
    let product = real(1);
    for (let i = 0; i < Math.abs(exponent.re); i++) product = multiply(product, base);
    return exponent.re < 0 ? divide(real(1), product) : product;
  }
  if (base.re === 0 && base.im === 0) return UNKNOWN;
  return exponential(multiply(exponent, logarithm(base, point)));
}

function exponential({ re, im }: Complex): Complex {
  const size = Math.exp(re);
  if (!Number.isFinite(size)) return UNKNOWN;
  return im === 0 ? real(size) : { re: tidy(size * Math.cos(im), size), im: tidy(size * Math.sin(im), size) };
}

function logarithm(value: Complex, point: Point): Complex {
  if (value.im === 0 && value.re < 0) point.leftReals = true;
  const size = Math.hypot(value.re, value.im);
  return size === 0 ? UNKNOWN : { re: Math.log(size), im: Math.atan2(value.im, value.re) };
}

const tidy = (value: number, size: number) => (Math.abs(value) < 1e-14 * Math.max(1, size) ? 0 : value);

function factorialOf(n: number): number {
  if (!Number.isInteger(n) || n < 0 || n > 170) return Number.NaN;
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

const REAL_FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: (x) => Math.sin(x) / nonZero(tidy(Math.cos(x), Math.abs(x))),
  cot: (x) => Math.cos(x) / nonZero(tidy(Math.sin(x), Math.abs(x))),
  sec: (x) => 1 / nonZero(tidy(Math.cos(x), Math.abs(x))),
  csc: (x) => 1 / nonZero(tidy(Math.sin(x), Math.abs(x))),
  arcsin: Math.asin,
  arccos: Math.acos,
  arctan: Math.atan,
  arccot: (x) => Math.PI / 2 - Math.atan(x),
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
};
const nonZero = (value: number) => (value === 0 ? Number.NaN : value);

function trigonometric(node: Call, argument: Complex, point: Point): Complex | null {
  const compute = Object.hasOwn(REAL_FUNCTIONS, node.name) ? REAL_FUNCTIONS[node.name] : undefined;
  if (compute === undefined) return null;
  if (argument.im !== 0) return UNKNOWN;
  const inDegrees = node.args[0] !== undefined && holdsDegree(node.args[0], point);
  const x = inDegrees ? (argument.re * Math.PI) / 180 : argument.re;
  const value = compute(x);
  if (Number.isNaN(value)) point.leftReals = true;
  return real(tidy(value, Math.abs(x)));
}

function holdsDegree(node: AnswerNode, point: Point): boolean {
  if (--point.budget.work < 0 || node.kind !== 'call') return false;
  return node.name === 'degree' || node.args.some((argument) => holdsDegree(argument, point));
}

function rounded(name: string, { re, im }: Complex): Complex | null {
  if (name === 'floor' || name === 'ceil')
    return im === 0 ? real(name === 'floor' ? Math.floor(re) : Math.ceil(re)) : UNKNOWN;
  return null;
}

/**
 * A function of which only the name is known: a smooth value that depends on the name and on every argument, so that
 * `f(2x)` and `f(x + x)` agree while `f(x)` and `f(y)`, or `f(x)` and `g(x)`, do not.
 */
function unknownFunction(name: string, args: readonly Complex[]): Complex {
  let seed = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) seed = Math.imul(seed ^ name.charCodeAt(i), 0x01000193);
  let value = 1 + ((seed >>> 8) % 997) / 997;
  args.forEach(({ re, im }, i) => {
    const phase = ((Math.imul(seed, 2 * i + 3) >>> 8) % 1009) / 1009;
    value += Math.sin(0.7 * re + phase) + 0.3 * Math.cos(0.9 * im + 2 * phase + i) * (1 + phase);
  });
  return real(value);
}

type Matrix = readonly (readonly Complex[])[];

function matrixCall(name: string, args: readonly Value[]): Value {
  const [first, second] = args;
  switch (name) {
    case '+':
      return args.reduce((a, b) => matrixSum(a, b));
    case '*':
      return args.reduce((a, b) => matrixProduct(a, b));
    case 'neg':
      return matrixProduct(real(-1), first ?? UNKNOWN);
    case '/':
      return second === undefined || isMatrix(second)
        ? UNKNOWN
        : matrixProduct(first ?? UNKNOWN, divide(real(1), second));
    case 'transpose':
      return first !== undefined && isMatrix(first) ? transpose(first) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

function transpose(matrix: Matrix): Matrix {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j] ?? UNKNOWN));
}

function matrixSum(a: Value, b: Value): Value {
  if (!isMatrix(a) || !isMatrix(b) || a.length !== b.length || a[0]?.length !== b[0]?.length) return UNKNOWN;
  return a.map((row, i) => row.map((cell, j) => sum([cell, b[i]?.[j] ?? UNKNOWN])));
}

function matrixProduct(a: Value, b: Value): Value {
  if (!isMatrix(a)) return isMatrix(b) ? b.map((row) => row.map((cell) => multiply(a, cell))) : multiply(a, b);
  if (!isMatrix(b)) return a.map((row) => row.map((cell) => multiply(cell, b)));
  if (a[0]?.length !== b.length || a.length * b.length * (b[0]?.length ?? 0) > 4_096) return UNKNOWN;
  const columns = transpose(b);
  return a.map((row) => columns.map((column) => sum(row.map((cell, k) => multiply(cell, column[k] ?? UNKNOWN)))));
}
