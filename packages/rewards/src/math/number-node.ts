import { NotAnAnswer } from './answer-cursor.js';
import type { AnswerNode } from './answer-node.js';

/** A number as it was written: exact, with its decimals and the digits that count. */
export function numberNode(whole: string, fraction: string, exponent: number): AnswerNode {
  const digits = BigInt(`${whole}${fraction}` || '0');
  const scale = exponent - fraction.length;
  const value =
    Math.abs(scale) > 5_000
      ? null
      : scale >= 0
        ? { numerator: digits * 10n ** BigInt(scale), denominator: 1n }
        : reduced(digits, 10n ** BigInt(-scale));
  if (value === null) throw new NotAnAnswer();
  const significant = `${whole}${fraction}`.replace(/^0+/, '').length;
  return { kind: 'number', value, decimals: fraction.length === 0 ? 0 : Math.max(0, -scale), significant };
}

/** Divides out tens only, which is cheap; equality multiplies crosswise and needs no lowest terms. */
function reduced(numerator: bigint, denominator: bigint) {
  let [top, bottom] = [numerator, denominator];
  while (bottom > 1n && top % 10n === 0n) [top, bottom] = [top / 10n, bottom / 10n];
  return { numerator: top, denominator: bottom };
}
