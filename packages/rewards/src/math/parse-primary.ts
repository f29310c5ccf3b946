import { type AnswerCursor, NotAnAnswer, type Reading } from './answer-cursor.js';
import type { AnswerNode } from './answer-node.js';
import { WORDS } from './notation.js';
import { numberNode } from './number-node.js';
import { readAbsolute, readBraces, readBracket } from './parse-brackets.js';
import { applyCommand, readCommand } from './parse-command.js';

const NUMBERS: Readonly<Record<Reading['comma'], RegExp>> = {
  thousands: /(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?![\d./])|\d+)(?:\.\d+|\.(?![\d.]))?|\.\d+/y,
  decimal: /\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?: \d{3})+,\d+|\d+,\d+|\d+(?:\.\d+)?|\.\d+/y,
  separator: /\d+(?:\.\d+|\.(?![\d.]))?|\.\d+/y,
};
const EXPONENT = /[eE][+-]?\d{1,6}(?![\d.a-zA-Z])/y;

/** A number, a letter, a word, a bracket or a command. */
export function readPrimary(cursor: AnswerCursor): AnswerNode {
  cursor.space();
  const number = readNumber(cursor);
  if (number !== null) return number;
  const character = cursor.text[cursor.at] ?? '';
  switch (character) {
    case '(':
    case '[':
      return readBracket(cursor);
    case '{':
      return readBraces(cursor);
    case '|':
      return readAbsolute(cursor);
    case '\\':
      return readCommand(cursor);
    case '…':
      cursor.at += 1;
      return cursor.made({ kind: 'symbol', name: '…' });
  }
  if (/[\p{L}_]/u.test(character)) return readLetters(cursor);
  throw new NotAnAnswer();
}

/** A number as the commas are read; `null` if there is none. */
export function readNumber(cursor: AnswerCursor): AnswerNode | null {
  cursor.space();
  const comma = cursor.brackets > 0 && cursor.reading.comma === 'thousands' ? 'separator' : cursor.reading.comma;
  const written = cursor.take(NUMBERS[comma]);
  if (written === null) return null;
  const plain =
    comma === 'decimal' && written.includes(',')
      ? written.replace(/[. ]/g, '').replace(',', '.')
      : written.replace(/[, ]/g, '');
  const exponent = cursor.take(EXPONENT);
  const [whole = '', fraction = ''] = plain.split('.');
  // `204_5` is written in base 5: not the number 204, and equal only to what is written alike.
  const base = cursor.match(/\s*_\s*(?:\{\s*(\d+)\s*\}|(\d))/y);
  if (base !== null) return cursor.made({ kind: 'symbol', name: `${plain}_${base[1] ?? base[2]}` });
  return cursor.made(numberNode(whole, fraction, exponent === null ? 0 : Number(exponent.slice(1))));
}

function readLetters(cursor: AnswerCursor): AnswerNode {
  const word = cursor.take(/\p{L}+/uy);
  if (word === null) {
    cursor.expect(/_+/y);
    return cursor.made({ kind: 'symbol', name: '_' });
  }
  const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (known !== undefined) return applyCommand(cursor, known);
  if (word.length > 3 || /[^a-zA-Z]/.test(word)) return cursor.made({ kind: 'text', text: word });
  cursor.at -= word.length - 1;
  return readSymbol(cursor, word[0] as string);
}

/** A letter with its index, and its arguments if it is one that names a function. */
export function readSymbol(cursor: AnswerCursor, name: string): AnswerNode {
  let full = name;
  const index = cursor.match(/\s*_\s*(?:\{([^{}]*)\}|([a-zA-Z0-9]))/y);
  if (index !== null) full += `_${(index[1] ?? index[2] ?? '').replace(/\s/g, '')}`;
  const call = /'*\(|\s*\^\s*\{\s*-\s*1\s*\}\s*\(/y;
  if (/^(?:[fghFGHPQRTW]|phi|varphi|psi)(?:_|$)/.test(full) && cursor.match(call, false) !== null) {
    full += cursor.take(/'+/y) ?? '';
    if (cursor.take(/\s*\^\s*\{\s*-\s*1\s*\}\s*/y) !== null) full += '^-1';
    return cursor.made({ kind: 'call', name: `:${full}`, args: readArguments(cursor) });
  }
  return cursor.made({ kind: 'symbol', name: full });
}

/** The arguments of a function. */
export function readArguments(cursor: AnswerCursor): readonly AnswerNode[] {
  const inner = readBracket(cursor);
  return inner.kind === 'bracket' ? inner.items : [inner];
}

/** One argument of a command: a group, a digit, a letter or a command. */
export function readArgument(cursor: AnswerCursor): AnswerNode {
  cursor.space();
  if (cursor.text[cursor.at] === '{') {
    const group = readBraces(cursor);
    return group;
  }
  if (cursor.text[cursor.at] === '(') return readBracket(cursor);
  const digit = cursor.take(/\d/y);
  if (digit !== null) return cursor.made(numberNode(digit, '', 0));
  const letter = cursor.take(/[a-zA-Z]/y);
  if (letter !== null) return cursor.made({ kind: 'symbol', name: letter });
  if (cursor.text[cursor.at] === '\\') return cursor.deeper(() => readCommand(cursor));
  throw new NotAnAnswer();
}
