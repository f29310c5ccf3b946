import type { Reading } from './answer-cursor.js';
import type { AnswerNode } from './answer-node.js';
import { AnswerComparison } from './compare-answers.js';
import { extractAnswer } from './extract-answer.js';
import { normalizeAnswer, plainText } from './normalize-answer.js';
import { parseAnswer } from './parse-answer.js';

/** Public graders contradict each other on these; the defaults are what most of them say. */
export interface MathEquivalentOptions {
  /** Is 10 % equal to 10 (`'number'`), to 0.1 (`'fraction'`), or to either? */
  readonly percent?: 'both' | 'number' | 'fraction';
  /** Does the order of a bare list count? A tuple's always does, a set's never. */
  readonly listOrder?: 'any' | 'given';
  /** Several boxes: the last, or all of them as one list. Boxes that only "and" parts are one answer either way. */
  readonly boxes?: 'last' | 'all';
  /** A decimal with so many digits after the point, as many of them significant, equals what rounds to it. */
  readonly roundedDigits?: number;
}

/** Work for one comparison: some tens of milliseconds at the very most. */
const WORK = 8_000_000;

/**
 * Whether the final answer of a text is mathematically the gold answer. Both may be LaTeX or plain notation, alone or in
 * a text (`extractAnswer`).
 *
 * The two are parsed and compared as what they are: fractions exactly; roots, powers and functions in double precision;
 * expressions with variables at points that their names decide; equations and inequalities up to a factor; lists and
 * sets in any order, tuples in theirs; intervals, unions and inequalities as sets of numbers; matrices cell by cell;
 * words as words. A name in front (`x = 3`) and a unit behind (`10 cm`) may be left out. Where notation has more than
 * one reading (`1,234`), any that makes them equal will do.
 *
 * It throws for no text and hangs on none: lengths, depth, nodes, digits and operations are capped, nothing is computed
 * before its size is known, and what goes beyond a cap is equal only to what is written alike.
 *
 * @throws RangeError for an option that is not known.
 * @example mathEquivalent('So it is $\\boxed{\\frac12}$.', '0.5'); // true
 */
export function mathEquivalent(prediction: string, gold: string, options: MathEquivalentOptions = {}): boolean {
  const { percent = 'both', listOrder = 'any', boxes = 'last', roundedDigits = 6 } = options;
  check('percent', percent, ['both', 'number', 'fraction']);
  check('listOrder', listOrder, ['any', 'given']);
  check('boxes', boxes, ['last', 'all']);
  if (!(Number.isInteger(roundedDigits) && roundedDigits >= 1)) {
    throw new RangeError(`roundedDigits: must be a whole number of at least 1, got ${roundedDigits}`);
  }
  if (gold.trim() === '' || prediction.trim() === '') return false;
  if (gold.trim() === prediction.trim()) return true;
  const expected = answerOf(gold, boxes);
  const given = answerOf(prediction, boxes);
  if (expected === null || given === null) return false;
  if (expected.plain === given.plain && expected.plain !== '') return true;
  const comparison = new AnswerComparison({ percent, listOrder, roundedDigits }, { work: WORK });
  return expected.readings.some((left) => given.readings.some((right) => comparison.same(left, right)));
}

function check(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new RangeError(`${name}: must be one of ${known.join(', ')}, got ${value}`);
}

interface Answer {
  readonly plain: string;
  readonly readings: readonly AnswerNode[];
}

function answerOf(text: string, boxes: 'last' | 'all'): Answer | null {
  const found = extractAnswer(text, (piece) => readingsOf(piece).length > 0, boxes);
  const answer = found?.text ?? (text.length <= 300 && !/[\n(]/.test(text) ? text : null);
  if (answer === null || answer.length > 8_000) return null;
  return { plain: plainText(answer), readings: readingsOf(answer) };
}

function readingsOf(answer: string): readonly AnswerNode[] {
  if (answer.length > 8_000) return [];
  const text = normalizeAnswer(answer);
  const commas: Reading['comma'][] = ['thousands'];
  if (/\d,\d/.test(text)) commas.push('separator');
  if (/^[^,(){}[\]]*\d,(?:\d{1,2}|\d{4,})(?!\d)[^,(){}[\]]*$/.test(text)) commas.push('decimal');
  return commas.flatMap((comma) => parseAnswer(text, { comma }) ?? []);
}
