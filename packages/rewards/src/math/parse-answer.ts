import { AnswerCursor, NotAnAnswer, type Reading } from './answer-cursor.js';
import type { AnswerNode } from './answer-node.js';
import { readItems } from './parse-items.js';

const MAX_LENGTH = 4_000;

/**
 * Reads an answer, already normalized (`normalizeAnswer`), in LaTeX or plain notation. One pass without backtracking
 * over more than one choice, with caps on length, depth and nodes, so that any text costs at most a few milliseconds.
 *
 * It descends from items over relations (`parse-items`), sums and products (`parse-sum`) and powers (`parse-power`) to
 * numbers and letters (`parse-primary`), brackets and commands.
 *
 * @returns `null` for a text that is no mathematical answer, or too long.
 */
export function parseAnswer(text: string, reading: Reading): AnswerNode | null {
  if (text.length === 0 || text.length > MAX_LENGTH) return null;
  try {
    return wholeAnswer(new AnswerCursor(text, reading));
  } catch (error) {
    if (error instanceof NotAnAnswer) return null;
    throw error;
  }
}

function wholeAnswer(cursor: AnswerCursor): AnswerNode {
  const found = readItems(cursor);
  cursor.space();
  if (cursor.at < cursor.text.length || found.length === 0) throw new NotAnAnswer();
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : { kind: 'list', items: found };
}
