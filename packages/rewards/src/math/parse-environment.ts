import type { AnswerCursor } from './answer-cursor.js';
import { type AnswerNode, call } from './answer-node.js';
import { readRelation } from './parse-items.js';

/** Matrices, and lists written as `cases` or the like. */
export function readEnvironment(cursor: AnswerCursor, name: string): AnswerNode {
  const rows: AnswerNode[][] = [];
  const [bars, brackets] = [cursor.bars, cursor.brackets];
  cursor.bars = 0;
  cursor.brackets += 1;
  do {
    if (cursor.match(/\s*\\end/y, false) !== null) break;
    const row = [readRelation(cursor)];
    while (cursor.take(/\s*[&]\s*/y) !== null) row.push(readRelation(cursor));
    rows.push(row);
  } while (cursor.take(/\s*[,;]?\s*\\\\(?:\[[^[\]]*\])?\s*/y) !== null);
  cursor.bars = bars;
  cursor.brackets = brackets;
  cursor.expect(/\s*\\end\s*\{[a-zA-Z]*\*?\}/y);
  const listed =
    /^(?:cases|aligned|align|gathered)$/.test(name) || (name === 'array' && rows.every((row) => row.length === 1));
  if (listed) return cursor.made({ kind: 'list', items: rows.flat() });
  const matrix: AnswerNode = cursor.made({ kind: 'matrix', rows });
  return name === 'vmatrix' || name === 'Vmatrix' ? call('determinant', matrix) : matrix;
}
