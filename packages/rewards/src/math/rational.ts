/** An exact fraction; the denominator is above 0. Small ones are in lowest terms, great ones need not be. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Most bits of a numerator or denominator; 2^65536 has 19,729 digits. */
export const MAX_BITS = 65_536;
/** Above so many bits fractions are not reduced: Euclid's algorithm would cost more than all else. */
const REDUCED_BITS = 1_024;

/** What an exact computation may still cost, in products of 64-bit limbs. Spent, every result is `null`. */
export interface Budget {
  work: number;
}

export const bitsOf = (value: bigint): number => value.toString(16).length * 4;

/** `null` when it has too many bits, the budget is spent, or the denominator is 0. */
export function rational(numerator: bigint, denominator: bigint, budget: Budget): Rational | null {
  if (denominator === 0n) return null;
  const bits = Math.max(bitsOf(numerator), bitsOf(denominator));
  budget.work -= 1 + (bits / 64) ** 2;
  if (bits > MAX_BITS || budget.work < 0) return null;
  const sign = denominator < 0n ? -1n : 1n;
  if (bits > REDUCED_BITS) return { numerator: sign * numerator, denominator: sign * denominator };
  const shared = sign * greatestDivisor(numerator, denominator);
  return { numerator: numerator / shared, denominator: denominator / shared };
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left === 0n ? 1n : left;
}

export function addRational(a: Rational, b: Rational, budget: Budget): Rational | null {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator, budget);
}

export function multiplyRational(a: Rational, b: Rational, budget: Budget): Rational | null {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator, budget);
}

export function divideRational(a: Rational, b: Rational, budget: Budget): Rational | null {
  return rational(a.numerator * b.denominator, a.denominator * b.numerator, budget);
}

/** `base ** exponent` for a whole exponent; refused before it is computed when it would be too long. */
export function powerRational(base: Rational, exponent: Rational, budget: Budget): Rational | null {
  if (exponent.denominator !== 1n) return null;
  const size = exponent.numerator < 0n ? -exponent.numerator : exponent.numerator;
  if (size > BigInt(MAX_BITS) && bitsOf(base.numerator) + bitsOf(base.denominator) > 8) return null;
  const bits = Math.max(bitsOf(base.numerator), bitsOf(base.denominator)) * Number(size);
  budget.work -= (Math.min(bits, MAX_BITS) / 64) ** 2;
  if (bits > MAX_BITS * 4 || budget.work < 0) return null;
  const [top, bottom] = [base.numerator ** size, base.denominator ** size];
  return exponent.numerator < 0n ? rational(bottom, top, budget) : rational(top, bottom, budget);
}

export function sameRational(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

/** The nearest double or so; also where numerator and denominator alone are beyond one. */
export function toNumber({ numerator, denominator }: Rational): number {
  const direct = Number(numerator) / Number(denominator);
  if (Number.isFinite(direct) && Number(numerator) !== 0) return direct;
  if (numerator === 0n) return 0;
  const shift = bitsOf(numerator) - bitsOf(denominator) - 64;
  const scaled = shift >= 0 ? numerator / (denominator << BigInt(shift)) : (numerator << BigInt(-shift)) / denominator;
  return Number(scaled) * 2 ** Math.max(-1074, Math.min(1100, shift));
}
