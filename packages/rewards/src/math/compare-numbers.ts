import { type AnswerNode, childrenOf, keyOf, variablesOf } from './answer-node.js';
import { exactValue } from './exact-value.js';
import { type Complex, numericValue, type Point, type Value } from './numeric-value.js';
import { type Budget, sameRational, toNumber } from './rational.js';

/** Two doubles that came about in different ways agree to about this. */
const RELATIVE = 1e-10;
/** Where expressions with variables are compared: six positive points, then two with negative values. */
const POINTS = 8;
const POSITIVE_POINTS = 6;

/**
 * Whether two expressions have the same value. Constants: exactly as fractions where they are fractions, else in double
 * precision; `rounding` is the number of digits after the point that a decimal must have to stand for what rounds to it
 * (as many must count). With variables: at points that the names alone decide. Positive values must agree at every
 * point where both are known; negative ones wherever neither side leaves the real numbers, so that `sqrt(x^2)` is `|x|`
 * and not `x`, while `ln(x^2)` is `2 ln x`.
 */
export function sameExpression(a: AnswerNode, b: AnswerNode, budget: Budget, rounding: number): boolean {
  const variables = [...variablesOf(b, variablesOf(a))];
  if (variables.length === 0) return sameConstant(a, b, budget, rounding);
  if (variables.length > 40) return false;
  return agreeAtPoints(variables, budget, (point) => {
    const [left, right] = [numericValue(a, point), numericValue(b, point)];
    return known(left) && known(right) ? close(left, right) : null;
  });
}

function sameConstant(a: AnswerNode, b: AnswerNode, budget: Budget, rounding: number): boolean {
  const [left, right] = [exactValue(a, budget), exactValue(b, budget)];
  if (left !== null && right !== null) {
    if (sameRational(left, right)) return true;
    const size = Math.max(halfPlace(a, rounding), halfPlace(b, rounding));
    const [x, y] = [toNumber(left), toNumber(right)];
    const noise = longDecimal(a) || longDecimal(b) ? 1e-14 * Math.max(Math.abs(x), Math.abs(y)) : 0;
    const allowed = Math.max(size, noise);
    return allowed > 0 && Math.abs(x - y) <= allowed;
  }
  const point: Point = { values: new Map(), budget, leftReals: false };
  const [x, y] = [numericValue(a, point), numericValue(b, point)];
  if (isInfinity(a) || isInfinity(b)) return keyOf(a) === keyOf(b);
  if (!known(x) || !known(y)) return false;
  if (close(x, y)) return true;
  const size = Math.max(halfPlace(a, rounding), halfPlace(b, rounding));
  return isComplex(x) && isComplex(y) && Math.hypot(x.re - y.re, x.im - y.im) <= size;
}

function isInfinity(node: AnswerNode): boolean {
  return (node.kind === 'symbol' && node.name === 'infinity') || childrenOf(node).some(isInfinity);
}

/** Half of the last place of a decimal that is long enough to be a rounded value; else 0. */
function halfPlace(node: AnswerNode, rounding: number): number {
  if (node.kind === 'number') {
    return node.decimals >= rounding && node.significant >= rounding ? 0.500001 * 10 ** -node.decimals : 0;
  }
  if (node.kind !== 'call') return 0;
  const [first, second] = node.args;
  if (first === undefined) return 0;
  if (node.name === 'neg') return halfPlace(first, rounding);
  // 2.314814814815 * 10^-3
  if (node.name !== '*' || second === undefined || node.args.length !== 2 || first.kind !== 'number') return 0;
  const scale = powerOfTen(second);
  const long = first.significant >= Math.max(rounding, 7) && first.decimals > 0;
  return scale === null || !long ? 0 : 0.500001 * 10 ** (scale - first.decimals);
}

function powerOfTen(node: AnswerNode): number | null {
  const [base, exponent] = node.kind === 'call' && node.name === '^' ? node.args : [];
  if (base?.kind !== 'number' || base.value.numerator !== 10n || base.value.denominator !== 1n || !exponent)
    return null;
  const value = exactValue(exponent, { work: 100 });
  return value === null || value.denominator !== 1n ? null : Number(value.numerator);
}

/** A double printed whole, such as 0.30000000000000004. */
function longDecimal(node: AnswerNode): boolean {
  return (node.kind === 'number' && node.significant >= 15 && node.decimals > 0) || childrenOf(node).some(longDecimal);
}

/**
 * Whether `a / b` has the same value, not 0, at every point: two equations or inequalities with sides moved or scaled.
 *
 * @returns the sign of the ratio, or 0 when it is no constant.
 */
export function constantRatio(a: AnswerNode, b: AnswerNode, budget: Budget): -1 | 0 | 1 {
  const variables = [...variablesOf(b, variablesOf(a))];
  if (variables.length === 0 || variables.length > 40) return 0;
  let ratio: Complex | null = null;
  const constant = agreeAtPoints(variables, budget, (point) => {
    const [left, right] = [numericValue(a, point), numericValue(b, point)];
    if (!isComplex(left) || !isComplex(right) || !known(left) || !known(right)) return null;
    if (left.im !== 0 || right.im !== 0 || right.re === 0 || left.re === 0) return left.re === right.re ? null : false;
    const own = { re: left.re / right.re, im: 0 };
    ratio ??= own;
    return close(own, ratio);
  });
  const found = ratio as Complex | null;
  return constant && found !== null ? (found.re > 0 ? 1 : -1) : 0;
}

/** `agree` says `null` where nothing is known. At least three positive points must agree, and none disagree. */
function agreeAtPoints(variables: readonly string[], budget: Budget, agree: (point: Point) => boolean | null): boolean {
  let agreed = 0;
  for (let i = 0; i < POINTS; i++) {
    const negative = i >= POSITIVE_POINTS;
    const values = new Map(variables.map((name) => [name, drawn(name, i) * (negative ? -1 : 1)]));
    const point: Point = { values, budget, leftReals: false };
    const same = agree(point);
    if (budget.work < 0) return false;
    if (negative && point.leftReals) continue;
    if (same === false) return false;
    if (same && !negative) agreed += 1;
  }
  return agreed >= 3;
}

/** In (0.2, 2.2), decided by the name and the index alone: the same on every machine, in every order. */
function drawn(name: string, index: number): number {
  let hash = 0x811c9dc5 ^ (index * 0x9e3779b1);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 13), 0x297a2d39);
  return 0.2 + (2 * ((hash ^ (hash >>> 16)) >>> 0)) / 0x1_0000_0000;
}

const isComplex = (value: Value): value is Complex => !Array.isArray(value);

function known(value: Value): boolean {
  return isComplex(value)
    ? Number.isFinite(value.re) && Number.isFinite(value.im)
    : value.every((row) => row.every(known));
}

function close(a: Value, b: Value): boolean {
  if (isComplex(a) && isComplex(b)) {
    const size = Math.max(Math.hypot(a.re, a.im), Math.hypot(b.re, b.im));
    return Math.hypot(a.re - b.re, a.im - b.im) <= RELATIVE * size;
  }
  if (isComplex(a) || isComplex(b)) return false;
  return (
    a.length === b.length &&
    a.every((row, i) => row.length === b[i]?.length && row.every((cell, j) => close(cell, b[i]?.[j] as Complex)))
  );
}

/** A real number, or NaN. */
export function realValue(node: AnswerNode, budget: Budget): number {
  if (variablesOf(node).size > 0) return Number.NaN;
  if (node.kind === 'symbol' && node.name === 'infinity') return Number.POSITIVE_INFINITY;
  if (node.kind === 'call' && node.name === 'neg' && node.args[0]) return -realValue(node.args[0], budget);
  const exact = exactValue(node, budget);
  if (exact !== null) return toNumber(exact);
  const value = numericValue(node, { values: new Map(), budget, leftReals: false });
  return isComplex(value) && value.im === 0 ? value.re : Number.NaN;
}
