import { type AnswerCursor, SEPARATOR } from './answer-cursor.js';
import { type AnswerNode, call } from './answer-node.js';
import { numberNode } from './number-node.js';
import { readRelationOperator } from './parse-items.js';
import { readPower } from './parse-power.js';
import { unitAfter } from './parse-unit.js';

/** Terms with signs between, `\pm` among them. */
export function readSum(cursor: AnswerCursor): AnswerNode {
  cursor.space();
  const sign = cursor.take(/\\pm(?![a-z])|\\mp(?![a-z])|\+\/?-|[+-]/y);
  const first = readProduct(cursor);
  let left = sign === '-' ? call('neg', first) : isPlusMinus(sign) ? plusMinus(null, sign, first) : first;
  for (;;) {
    const operator = cursor.take(/\s*(?:\\pm(?![a-z])|\\mp(?![a-z])|\+\/-|[+-])\s*/y)?.trim();
    if (operator === undefined) return left;
    const right = readSignedProduct(cursor);
    if (isPlusMinus(operator)) left = plusMinus(left, operator, right);
    else left = addTo(left, operator === '-' ? call('neg', right) : right);
  }
}

function addTo(left: AnswerNode, right: AnswerNode): AnswerNode {
  return left.kind === 'call' && left.name === '+' ? call('+', ...left.args, right) : call('+', left, right);
}

function readSignedProduct(cursor: AnswerCursor): AnswerNode {
  cursor.space();
  return cursor.take(/-/y) === null ? readProduct(cursor) : call('neg', readProduct(cursor));
}

/** Factors, with or without a sign between; quotients, mixed numbers, units. */
export function readProduct(cursor: AnswerCursor): AnswerNode {
  const factors: AnswerNode[] = [readPower(cursor)];
  for (;;) {
    const last = factors[factors.length - 1] as AnswerNode;
    if (cursor.take(/\s*(?:\*\*)\s*/y) !== null) {
      factors[factors.length - 1] = call('^', last, readSignedPower(cursor));
    } else if (cursor.take(/\s*(?:\\(?:cdot|times|ast|circ)(?![a-z])|\*)\s*/y) !== null) {
      factors.push(readSignedPower(cursor));
    } else if (cursor.take(/\s*(?:\\div(?![a-z])|\/)\s*/y) !== null) {
      const whole = productOf(factors.splice(0));
      factors.push(call('/', whole, readSignedPower(cursor)));
    } else if (cursor.take(/\s*(?:\\bmod|\\mod)(?![a-z])\s*|\s+mod(?![a-z])\s*/y) !== null) {
      const whole = productOf(factors.splice(0));
      factors.push(call('mod', whole, readSignedPower(cursor)));
    } else {
      const unit = unitAfter(cursor, last);
      if (unit !== null) {
        const whole = productOf(factors.splice(0));
        factors.push({ kind: 'quantity', of: whole, unit });
        continue;
      }
      const mixed = readMixedNumber(cursor, last, factors.length);
      if (mixed !== null) factors[factors.length - 1] = mixed;
      else if (startsFactor(cursor, last)) factors.push(readPower(cursor));
      else return productOf(factors);
    }
  }
}

/** A power with its own sign: `2 * -3`. */
export function readSignedPower(cursor: AnswerCursor): AnswerNode {
  cursor.space();
  const sign = cursor.take(/[+-]\s*/y);
  return sign?.startsWith('-') ? call('neg', readPower(cursor)) : readPower(cursor);
}

/** `1\frac{1}{2}` and `1 1/2`: a whole number and a fraction of whole numbers beside it. */
function readMixedNumber(cursor: AnswerCursor, whole: AnswerNode, factors: number): AnswerNode | null {
  if (factors !== 1 || whole.kind !== 'number' || whole.decimals > 0 || whole.value.denominator !== 1n) return null;
  if (cursor.text[cursor.at - 1] === '.') return null;
  const parts =
    cursor.match(/\s*\\frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}/y) ??
    cursor.match(/\s*\\frac\s*(\d)\s*(\d)/y) ??
    cursor.match(/\s+(\d+)\s*\/\s*(\d+)(?![\d.])/y);
  const [, top, bottom] = parts ?? [];
  if (top === undefined || bottom === undefined) return null;
  return call('+', whole, call('/', wholeNumber(top), wholeNumber(bottom)));
}

/** A number out of its digits. */
export function wholeNumber(digits: string): AnswerNode {
  return numberNode(digits, '', 0);
}

/** Whether what follows multiplies what stands before without a sign. */
export function startsFactor(cursor: AnswerCursor, last: AnswerNode): boolean {
  const rest = cursor.match(/\s*(\S)([a-zA-Z]*)/y, false);
  if (rest === null) return false;
  const first = rest[1] as string;
  if (/[0-9.]/.test(first)) {
    cursor.space();
    return last.kind === 'call' && /[)}]/.test(cursor.text[cursor.at - 1] ?? '') && first !== '.';
  }
  if (/[a-zA-Z({]/.test(first)) {
    return cursor.match(/\s*(?:and|or|U\s*[([])(?![a-z])/y, false) === null;
  }
  if (first === '|') return cursor.bars === 0;
  if (first === '\\')
    return (
      cursor.match(/\s*\\(?:\\|\}|\||end|pmod|cup|cap|setminus|bigcup|bigcap|quad)/y, false) === null &&
      operatorAhead(cursor) === false
    );
  return /[\p{L}…]/u.test(first);
}

function operatorAhead(cursor: AnswerCursor): boolean {
  const before = cursor.at;
  const found =
    readRelationOperator(cursor) !== null ||
    cursor.take(SEPARATOR) !== null ||
    cursor.take(/\s*\\(?:pm|mp|cdot|times|div|bmod|mod|ast)(?![a-z])/y) !== null;
  cursor.at = before;
  return found;
}

const isPlusMinus = (sign: string | null): sign is string =>
  sign !== null && (sign.startsWith('\\') || sign.length > 1);

function plusMinus(left: AnswerNode | null, sign: string, right: AnswerNode): AnswerNode {
  return { kind: 'plus-minus', left, right, upper: sign === '\\mp' ? '-' : '+' };
}

/** One factor alone is itself. */
export function productOf(factors: readonly AnswerNode[]): AnswerNode {
  const [only] = factors;
  return factors.length === 1 && only !== undefined ? only : call('*', ...factors);
}
