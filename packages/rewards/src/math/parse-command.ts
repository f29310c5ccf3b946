import { type AnswerCursor, NotAnAnswer } from './answer-cursor.js';
import { type AnswerNode, call } from './answer-node.js';
import { COMMANDS, type Command, FUNCTIONS, GREEK, WORDS } from './notation.js';
import { parseAnswer } from './parse-answer.js';
import { readSet } from './parse-brackets.js';
import { readEnvironment } from './parse-environment.js';
import { readExponent, readPower } from './parse-power.js';
import { readArgument, readArguments, readSymbol } from './parse-primary.js';
import { productOf, readProduct, readSignedPower, readSum, startsFactor, wholeNumber } from './parse-sum.js';

const TEXT = /\\(?:text|textbf|textit|textrm|textnormal|textsf|texttt|mbox|hbox)\s*\{/y;
const LETTERS = /\\(?:mathrm|mathbf|mathit|mathsf|mathcal|mathfrak|operatorname)\s*\*?\s*\{\s*([^{}\\]*)\}/y;
const BLACKBOARD = /\\(?:mathbb|Bbb)\s*\{?\s*([A-Z])\s*\}?/y;

/** What begins with a backslash. */
export function readCommand(cursor: AnswerCursor): AnswerNode {
  if (cursor.take(/\\\{/y) !== null) return cursor.deeper(() => readSet(cursor));
  if (cursor.take(TEXT) !== null) return readWords(cursor);
  const roman = cursor.match(LETTERS, false);
  if (roman !== null) {
    cursor.at += roman[0].length;
    const word = (roman[1] ?? '').trim();
    const known = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
    if (known !== undefined) return applyCommand(cursor, known);
    return word.length === 1 ? readSymbol(cursor, word) : cursor.made({ kind: 'text', text: word });
  }
  const blackboard = cursor.match(BLACKBOARD);
  if (blackboard !== null) return cursor.made({ kind: 'symbol', name: `set ${blackboard[1]}` });
  const matrix = cursor.match(/\\begin\s*\{([a-zA-Z]*)\*?\}(?:\s*\{[^{}]*\}|\s*\[[^[\]]*\])?/y);
  if (matrix !== null) return cursor.deeper(() => readEnvironment(cursor, matrix[1] as string));
  const name = cursor.match(/\\([a-zA-Z]+)/y)?.[1] ?? cursor.match(/\\([|])/y)?.[1];
  if (name === undefined) throw new NotAnAnswer();
  if (GREEK.has(name)) return readSymbol(cursor, name === 'varphi' ? 'phi' : name);
  const known = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return known === undefined ? cursor.made({ kind: 'symbol', name: `\\${name}` }) : applyCommand(cursor, known);
}

function readWords(cursor: AnswerCursor): AnswerNode {
  const start = cursor.at;
  let depth = 1;
  for (; cursor.at < cursor.text.length && depth > 0; cursor.at++) {
    if (cursor.text[cursor.at] === '{') depth += 1;
    if (cursor.text[cursor.at] === '}') depth -= 1;
  }
  const text = cursor.text.slice(start, depth === 0 ? cursor.at - 1 : cursor.at).trim();
  const single = /^\(?([a-zA-Z])\)?$/.exec(text);
  if (single !== null) return readSymbol(cursor, single[1] as string);
  return cursor.made({ kind: 'text', text });
}

/** A command or a word of mathematics that is known, with its arguments. */
export function applyCommand(cursor: AnswerCursor, command: Command): AnswerNode {
  switch (command.kind) {
    case 'constant':
      return cursor.made({ kind: 'symbol', name: command.name });
    case 'fraction':
      return cursor.made(call('/', readArgument(cursor), readArgument(cursor)));
    case 'binomial':
      return cursor.made(call('binom', readArgument(cursor), readArgument(cursor)));
    case 'root': {
      const index = cursor.match(/\s*\[\s*([^[\]]*)\]/y)?.[1];
      const degree = index === undefined ? [] : [readInner(cursor, index)];
      return cursor.made(call('sqrt', readArgument(cursor), ...degree));
    }
    case 'fenced': {
      const inner = cursor.deeper(() => readSum(cursor));
      cursor.expect(command.close);
      return cursor.made(call(command.name, inner));
    }
    case 'wrapper':
      return readArgument(cursor);
    case 'prefix': {
      // `\angle ABC` names an angle, `\overline{AB}` a segment.
      const name = cursor.match(/\s*(?:\{([^{}]*)\}|([a-zA-Z]+))/y);
      return cursor.made({
        kind: 'symbol',
        name: `${command.name} ${(name?.[1] ?? name?.[2] ?? '').replace(/\s/g, '')}`,
      });
    }
    case 'function':
      return readFunctionCall(cursor, command.name);
    case 'opaque':
      return readOpaque(cursor, command.name);
  }
}

/** `\sin^2 x`, `\log_2(8)`, `sqrt(2)`, `\sin b \cos a`. */
function readFunctionCall(cursor: AnswerCursor, name: string): AnswerNode {
  return cursor.deeper(() => {
    const base = cursor.take(/\s*_\s*/y) === null ? null : readArgument(cursor);
    const inverse = cursor.take(/\s*\^\s*\{\s*-\s*1\s*\}/y) !== null;
    const exponent = !inverse && cursor.take(/\s*\^\s*/y) !== null ? readExponent(cursor) : null;
    const full = inverse ? `arc${name}` : name;
    cursor.space();
    const args = cursor.text[cursor.at] === '(' ? [...readArguments(cursor)] : [readFunctionArgument(cursor)];
    const own = full === 'ln' || full === 'lg' ? 'log' : full;
    const given = full === 'lg' ? wholeNumber('10') : base;
    const value = cursor.made({ kind: 'call', name: own, args: given === null ? args : [...args, given] });
    return exponent === null ? value : call('^', value, exponent);
  });
}

function readFunctionArgument(cursor: AnswerCursor): AnswerNode {
  const factors = [readSignedPower(cursor)];
  while (startsFactor(cursor, factors[factors.length - 1] as AnswerNode) && !functionAhead(cursor))
    factors.push(readPower(cursor));
  return productOf(factors);
}

function functionAhead(cursor: AnswerCursor): boolean {
  const name = cursor.match(/\s*\\?([a-zA-Z]+)/y, false)?.[1] ?? '';
  return FUNCTIONS.has(name);
}

/** Sums, limits, integrals: nothing is computed, they are equal to what is written alike. */
function readOpaque(cursor: AnswerCursor, name: string): AnswerNode {
  return cursor.deeper(() => {
    const args: AnswerNode[] = [];
    for (let script = cursor.take(/\s*[_^]\s*/y); script !== null; script = cursor.take(/\s*[_^]\s*/y)) {
      if (cursor.take(/\{/y) === null) args.push(readExponent(cursor));
      else {
        const inner = cursor.text.slice(cursor.at, closingBrace(cursor));
        cursor.at += inner.length + 1;
        args.push({
          kind: 'symbol',
          name: `${script.trim()}${inner.replace(/\s/g, '').replaceAll('\\to', '→').replaceAll('\\rightarrow', '→')}`,
        });
      }
    }
    args.push(readProduct(cursor));
    return cursor.made({ kind: 'call', name: `:${name}`, args });
  });
}

function closingBrace(cursor: AnswerCursor): number {
  let depth = 1;
  for (let i = cursor.at; i < cursor.text.length; i++) {
    if (cursor.text[i] === '{') depth += 1;
    if (cursor.text[i] === '}' && --depth === 0) return i;
  }
  throw new NotAnAnswer();
}

/** A short text of its own inside this one: the index of a root. */
function readInner(cursor: AnswerCursor, text: string): AnswerNode {
  const parsed = text.length <= 40 ? parseAnswer(text, cursor.reading) : null;
  if (parsed === null) throw new NotAnAnswer();
  return parsed;
}
