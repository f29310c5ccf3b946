import type { AnswerCursor } from './answer-cursor.js';
import { type AnswerNode, call } from './answer-node.js';
import { readArgument, readNumber, readPrimary } from './parse-primary.js';

const PERCENT =
  /\s*(?:\\(?:text|mbox|textnormal|textrm|mathrm)\s*\{\s*(?:per\s?cent(?:age)?|pct|%)\.?\s*\}|%|(?:per\s?cent(?:age)?|pct)(?![a-z]))/y;

/** `x^2`, `5!`, `30^\circ`, `28\%`, `f'`. */
export function readPower(cursor: AnswerCursor): AnswerNode {
  return cursor.deeper(() => {
    let base = readPrimary(cursor);
    for (;;) {
      if (
        cursor.take(
          /\s*\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-z])|\{\s*\\degree\s*\})\s*[CF]?(?![a-zA-Z])|\s*\\degree(?![a-z])|\s*degrees?(?![a-z])/y,
        ) !== null
      ) {
        base = call('degree', base);
      } else if (cursor.take(/\s*\^\s*\{?\s*(?:\\top|\\intercal|T)\s*\}?(?![a-z])/y) !== null) {
        base = call('transpose', base);
      } else if (cursor.take(/\s*(?:'+|\^\s*\{?\s*\\prime\s*\}?)/y) !== null) {
        base = base.kind === 'symbol' ? { kind: 'symbol', name: `${base.name}'` } : call('prime', base);
      } else if (cursor.take(/\s*\^\s*/y) !== null) {
        base = call('^', base, readExponent(cursor));
      } else if (cursor.take(/\s*!(?![=!])/y) !== null) {
        base = call('factorial', base);
      } else if (cursor.take(PERCENT) !== null) {
        base = { kind: 'percent', of: base };
      } else return base;
    }
  });
}

/** What stands behind `^`. */
export function readExponent(cursor: AnswerCursor): AnswerNode {
  if (cursor.text[cursor.at] === '{' || cursor.text[cursor.at] === '\\') return readArgument(cursor);
  if (cursor.take(/-/y) !== null) return call('neg', readExponent(cursor));
  // One digit in LaTeX, the whole number elsewhere: nobody writes x^10 for (x^1)0.
  const number = readNumber(cursor);
  if (number !== null) return cursor.take(/\s*\^\s*/y) === null ? number : call('^', number, readExponent(cursor));
  const base = readPrimary(cursor);
  return cursor.take(/\s*\^\s*/y) === null ? base : call('^', base, readExponent(cursor));
}
