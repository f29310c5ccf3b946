import type { AnswerCursor } from './answer-cursor.js';
import type { AnswerNode } from './answer-node.js';
import { UNIT_LETTERS, UNIT_WORDS, WORDS } from './notation.js';

/** Words, or a unit that is known, behind a number: `10 cm`, `5\text{ apples}`, `79 g`. */
export function unitAfter(cursor: AnswerCursor, last: AnswerNode): string | null {
  if (!isValue(last)) return null;
  const before = cursor.at;
  const spaced = cursor.take(/\s+/y) !== null;
  const units: string[] = [];
  for (;;) {
    cursor.space();
    const word =
      cursor.match(/\\(?:text|textbf|textit|textrm|textnormal|mbox|hbox|mathrm|operatorname)\s*\{([^{}]*)\}/y, false) ??
      cursor.match(/(\p{L}{2,})(?![\w(=]|\s*[=<>(]|\s*\^\s*(?!\{?\s*-?\d))/uy, false) ??
      (spaced || units.length > 0 ? cursor.match(/([a-zA-Z])(?![\w(=]|\s*[=<>(*+-])/y, false) : null);
    const text = (word?.[1] ?? '').trim();
    const latex = word?.[0].startsWith('\\') ?? false;
    const good = latex
      ? /[\p{L}²³./^-]/u.test(text) && !/^(?:and|or|,|;|per\s?cent(?:age)?)$/.test(text)
      : isUnit(text, units.length > 0);
    if (word === null || !good || (latex && /\d{2}/.test(text))) break;
    cursor.at += word[0].length;
    const exponent = cursor.take(/\s*\^\s*(?:\{\s*-?\d\s*\}|\d)|[²³]/y) ?? '';
    units.push(text.toLowerCase().replace(/[\s.]/g, '') + exponent.replace(/[\s{}]/g, ''));
    cursor.take(/\s*\/(?=\s*(?:\\text|[a-zA-Z]))/y);
  }
  if (units.length === 0) cursor.at = before;
  return units.length === 0 ? null : units.join(' ');
}

/** A number to which a unit may belong: no letters in it. */
function isValue(node: AnswerNode): boolean {
  if (node.kind === 'number') return true;
  if (node.kind === 'symbol') return node.name === 'pi';
  if (node.kind === 'percent') return isValue(node.of);
  return node.kind === 'call' && !node.name.startsWith(':') && node.args.every(isValue);
}

function isUnit(word: string, follows: boolean): boolean {
  if (word === '' || Object.hasOwn(WORDS, word) || /^(?:and|or)$/.test(word)) return false;
  if (/[^a-zA-Z]/.test(word)) return true;
  const lower = word.toLowerCase();
  return word.length === 1 ? follows || UNIT_LETTERS.has(word) : word.length > 3 || follows || UNIT_WORDS.has(lower);
}
