import { type AnswerCursor, SEPARATOR } from './answer-cursor.js';
import { type AnswerNode, call, type RelationOperator } from './answer-node.js';
import { readSum } from './parse-sum.js';

const RELATIONS: readonly (readonly [RegExp, RelationOperator])[] = [
  [/\s*(?:\\leq?(?:q|slant|qslant)?(?![a-z])|<=)\s*/y, '<='],
  [/\s*(?:\\geq?(?:q|slant|qslant)?(?![a-z])|>=)\s*/y, '>='],
  [/\s*(?:\\neq?(?![a-z])|!=|\\not\s*=)\s*/y, '!='],
  [/\s*(?:\\approx|\\simeq|\\sim|\\cong)(?![a-z])\s*/y, '~'],
  [/\s*\\in(?![a-z])\s*/y, 'in'],
  [/\s*(?:\\lt(?![a-z])|<)\s*/y, '<'],
  [/\s*(?:\\gt(?![a-z])|>)\s*/y, '>'],
  [/\s*(?:\\equiv(?![a-z])|\\implies(?![a-z])|:?==?)\s*/y, '='],
];

/** Items up to a closing bracket or the end, with separators between; one may trail. */
export function readItems(cursor: AnswerCursor): AnswerNode[] {
  const items: AnswerNode[] = [];
  do {
    cursor.space();
    while (cursor.take(SEPARATOR) !== null) cursor.space();
    if (
      cursor.at >= cursor.text.length ||
      /[)\]}]/.test(cursor.text[cursor.at] ?? '') ||
      cursor.text.startsWith('\\}', cursor.at)
    )
      break;
    items.push(readRelation(cursor));
  } while (cursor.take(SEPARATOR) !== null);
  return items;
}

/** `x = 3`, `1 < x <= 2`, or an expression alone. */
export function readRelation(cursor: AnswerCursor): AnswerNode {
  return cursor.deeper(() => {
    const sides = [readRatio(cursor)];
    const operators: RelationOperator[] = [];
    for (let operator = readRelationOperator(cursor); operator !== null; operator = readRelationOperator(cursor)) {
      operators.push(operator);
      sides.push(readRatio(cursor));
    }
    return operators.length === 0 ? (sides[0] as AnswerNode) : { kind: 'relation', operators, sides };
  });
}

/** `=`, `\leq`, ..., or `null`. */
export function readRelationOperator(cursor: AnswerCursor): RelationOperator | null {
  for (const [pattern, operator] of RELATIONS) if (cursor.take(pattern) !== null) return operator;
  return null;
}

/** `7:32`, and below it unions of sets. */
function readRatio(cursor: AnswerCursor): AnswerNode {
  let left = readSets(cursor);
  while (cursor.take(/\s*:(?!=)\s*/y) !== null) left = call('/', left, readSets(cursor));
  return left;
}

function readSets(cursor: AnswerCursor): AnswerNode {
  let left = readSum(cursor);
  for (;;) {
    const operator = cursor
      .take(/\s*(?:\\(?:bigcup|cup|bigcap|cap|setminus|backslash)(?![a-z])|U(?=\s*[([]))\s*/y)
      ?.trim();
    if (operator === undefined) return left;
    const kind = operator.endsWith('cap')
      ? 'intersection'
      : operator === 'U' || operator.endsWith('cup')
        ? 'union'
        : 'difference';
    left = { kind: 'set-operation', operator: kind, left, right: readSum(cursor) };
  }
}
