import { type AnswerCursor, NotAnAnswer } from './answer-cursor.js';
import { type AnswerNode, call } from './answer-node.js';
import { readItems } from './parse-items.js';
import { readPrimary } from './parse-primary.js';
import { readSum } from './parse-sum.js';

/** Round and square brackets: a grouping, a tuple, an interval. */
export function readBracket(cursor: AnswerCursor): AnswerNode {
  return cursor.deeper(() => {
    const open = cursor.text[cursor.at] as '(' | '[';
    cursor.at += 1;
    cursor.brackets += 1;
    const [bars, before] = [cursor.bars, cursor.at];
    cursor.bars = 0;
    const items = readItems(cursor);
    cursor.bars = bars;
    cursor.brackets -= 1;
    cursor.space();
    const close = cursor.text[cursor.at];
    if (close !== ')' && close !== ']') throw new NotAnAnswer();
    cursor.at += 1;
    const [only] = items;
    const trailing = /,\s*[)\]]$/.test(cursor.text.slice(Math.max(before, cursor.at - 6), cursor.at));
    if (items.length === 1 && only !== undefined && open === '(' && close === ')' && !trailing) return only;
    if (items.length === 0) throw new NotAnAnswer();
    return cursor.made({ kind: 'bracket', open, close, items });
  });
}

/** Braces group; with a comma inside they are a set. */
export function readBraces(cursor: AnswerCursor): AnswerNode {
  return cursor.deeper(() => {
    cursor.at += 1;
    cursor.brackets += 1;
    const bars = cursor.bars;
    cursor.bars = 0;
    const items = readItems(cursor);
    cursor.bars = bars;
    cursor.brackets -= 1;
    cursor.expect(/\s*\}/y);
    const [only] = items;
    if (items.length === 1 && only !== undefined) return only;
    if (items.length === 0) return readPrimary(cursor);
    return cursor.made({ kind: 'set', items });
  });
}

/** `\{1, 2\}`, and what a condition describes. */
export function readSet(cursor: AnswerCursor): AnswerNode {
  cursor.brackets += 1;
  const bars = cursor.bars;
  cursor.bars = 1;
  const items = readItems(cursor);
  cursor.bars = bars;
  // `{x | x > 3}` is what its condition says.
  if (items.length === 1 && cursor.take(/\s*(?:\||\\mid(?![a-z])|\\vert(?![a-z]))\s*/y) !== null)
    items.splice(0, 1, ...readItems(cursor));
  cursor.brackets -= 1;
  cursor.expect(/\s*\\\}/y);
  const [only] = items;
  if (items.length === 0) return cursor.made({ kind: 'symbol', name: 'emptyset' });
  if (items.length === 1 && only?.kind === 'relation') return only;
  return cursor.made({ kind: 'set', items });
}

/** `|x|` */
export function readAbsolute(cursor: AnswerCursor): AnswerNode {
  return cursor.deeper(() => {
    cursor.at += 1;
    cursor.bars += 1;
    const inner = readSum(cursor);
    cursor.bars -= 1;
    cursor.expect(/\s*(?:\||\\rvert|\\vert)/y);
    return cursor.made(call('abs', inner));
  });
}
