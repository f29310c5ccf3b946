import type { AnswerNode } from './answer-node.js';
import {
  addRational,
  type Budget,
  bitsOf,
  divideRational,
  MAX_BITS,
  multiplyRational,
  powerRational,
  type Rational,
  rational,
} from './rational.js';

const MAX_FACTORIAL = 5_000;

/**
 * The value of a constant as an exact fraction; `null` when it is none (a root, pi, a variable) or would cost more than
 * the budget. Nothing is computed before its size is known, so `9^{9^{9^9}}` costs nothing.
 */
export function exactValue(node: AnswerNode, budget: Budget): Rational | null {
  if (node.kind === 'number') return node.value;
  if (node.kind !== 'call' || --budget.work < 0) return null;
  const values: Rational[] = [];
  for (const argument of node.args) {
    const value = exactValue(argument, budget);
    if (value === null) return null;
    values.push(value);
  }
  const [first, second] = values;
  if (first === undefined) return null;
  switch (node.name) {
    case '+':
      return fold(values, addRational, budget);
    case '*':
      return fold(values, multiplyRational, budget);
    case 'neg':
      return { numerator: -first.numerator, denominator: first.denominator };
    case 'abs':
      return first.numerator < 0n ? { numerator: -first.numerator, denominator: first.denominator } : first;
    case 'floor':
      return { numerator: floorOf(first), denominator: 1n };
    case 'ceil':
      return { numerator: -floorOf({ numerator: -first.numerator, denominator: first.denominator }), denominator: 1n };
    case 'factorial':
      return factorial(first, budget);
    case 'sqrt':
      return values.length === 1 ? squareRoot(first) : null;
  }
  if (second === undefined) return null;
  switch (node.name) {
    case '/':
      return divideRational(first, second, budget);
    case '^':
      return powerRational(first, second, budget);
    case 'binom':
      return binomial(first, second, budget);
    case 'mod':
      return remainder(first, second);
    default:
      return null;
  }
}

function fold(
  values: readonly Rational[],
  join: (a: Rational, b: Rational, budget: Budget) => Rational | null,
  budget: Budget,
): Rational | null {
  let total: Rational | null = values[0] ?? null;
  for (const value of values.slice(1)) total = total && join(total, value, budget);
  return total;
}

function floorOf({ numerator, denominator }: Rational): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function factorial({ numerator, denominator }: Rational, budget: Budget): Rational | null {
  if (denominator !== 1n || numerator < 0n || numerator > BigInt(MAX_FACTORIAL)) return null;
  return productUpTo(1n, numerator, 1n, budget);
}

/** `n (n-1) ... (n-k+1) / k!`, one factor at a time: every step is a whole number. */
function binomial(n: Rational, k: Rational, budget: Budget): Rational | null {
  if (n.denominator !== 1n || k.denominator !== 1n || k.numerator < 0n || n.numerator < k.numerator) return null;
  const short = k.numerator * 2n > n.numerator ? n.numerator - k.numerator : k.numerator;
  if (short > BigInt(MAX_FACTORIAL) || bitsOf(n.numerator) > 64) return null;
  return productUpTo(n.numerator - short + 1n, n.numerator, 2n, budget);
}

/** The product of `from` to `to`; with `divide` 2 divided by 1, 2, 3, ... on the way. */
function productUpTo(from: bigint, to: bigint, divide: bigint, budget: Budget): Rational | null {
  let product = 1n;
  for (let factor = from; factor <= to; factor++) {
    product *= factor;
    if (divide === 2n) product /= factor - from + 1n;
    if ((factor & 63n) !== 0n) continue;
    const bits = bitsOf(product);
    budget.work -= bits;
    if (bits > MAX_BITS || budget.work < 0) return null;
  }
  return rational(product, 1n, budget);
}

function squareRoot({ numerator, denominator }: Rational): Rational | null {
  const [top, bottom] = [wholeRoot(numerator), wholeRoot(denominator)];
  return top === null || bottom === null ? null : { numerator: top, denominator: bottom };
}

function wholeRoot(value: bigint): bigint | null {
  if (value < 0n || value > 1n << 100n) return null;
  let root = BigInt(Math.floor(Math.sqrt(Number(value))));
  while (root * root > value) root -= 1n;
  while ((root + 1n) * (root + 1n) <= value) root += 1n;
  return root * root === value ? root : null;
}

function remainder(a: Rational, b: Rational): Rational | null {
  if (a.denominator !== 1n || b.denominator !== 1n || b.numerator <= 0n) return null;
  const rest = a.numerator % b.numerator;
  return { numerator: rest < 0n ? rest + b.numerator : rest, denominator: 1n };
}
