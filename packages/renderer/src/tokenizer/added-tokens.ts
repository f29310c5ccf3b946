import { escapeRegExp } from './pattern.js';

/** One entry of `added_tokens` in a `tokenizer.json`. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Matches only where no word character touches it. */
  readonly singleWord: boolean;
  /** Swallows the white space before it, or after it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** Is looked for after the normalizer ran, in the normalized text. */
  readonly normalized: boolean;
  readonly special: boolean;
}

/** The parsed `added_tokens`. Throws a `RangeError` for an entry without id or content, and for a content given twice. */
export function addedTokensOf(entries: unknown): AddedToken[] {
  if (!Array.isArray(entries)) {
    throw new RangeError(`loadTokenizer: tokenizerJson.added_tokens must be an array, got ${JSON.stringify(entries)}`);
  }
  const tokens = entries.map(addedTokenOf);
  const seen = new Map<string, number>();
  for (const { content, id } of tokens) {
    const other = seen.get(content);
    if (other !== undefined && other !== id) {
      throw new RangeError(
        `loadTokenizer: added token ${JSON.stringify(content)} must have one id, got ${other} and ${id}`,
      );
    }
    seen.set(content, id);
  }
  return tokens;
}

function addedTokenOf(entry: unknown): AddedToken {
  const { id, content, ...flags } = (entry ?? {}) as Record<string, unknown>;
  if (!Number.isSafeInteger(id) || (id as number) < 0 || typeof content !== 'string' || content === '') {
    throw new RangeError(
      `loadTokenizer: an added token must have an id of at least 0 and a content, got ${JSON.stringify(entry)}`,
    );
  }
  const special = flags['special'] === true;
  return {
    id: id as number,
    content,
    singleWord: flags['single_word'] === true,
    lstrip: flags['lstrip'] === true,
    rstrip: flags['rstrip'] === true,
    normalized: flags['normalized'] === undefined ? !special : flags['normalized'] === true,
    special,
  };
}

/**
 * Whether plain text must never give the token: every special token, and every other added token that has a mark of
 * punctuation or a mathematical sign, such as `<tool_call>`. What is left (runs of spaces, words) is text with an id of
 * its own, and controls nothing.
 */
export function isControl({ content, special }: AddedToken): boolean {
  return special || /[\p{P}\p{Sm}]/u.test(content);
}

/**
 * Splits a text at the tokens that are written in it, leftmost first and there the longest; the tokens as their ids.
 * `patternOf` says what of a token is looked for. Follows the reference, `tokenizers`, in `single_word`, `lstrip` and
 * `rstrip`. Empty texts are left out.
 */
export function splitter(
  tokens: readonly AddedToken[],
  patternOf: (token: AddedToken) => string,
): (text: string) => (string | number)[] {
  const byPattern = new Map(tokens.map((token) => [patternOf(token), token]));
  byPattern.delete('');
  if (byPattern.size === 0) return (text) => (text === '' ? [] : [text]);
  const longestFirst = [...byPattern.keys()].sort((a, b) => b.length - a.length);
  const expression = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'gu');
  return (text) => {
    const parts: (string | number)[] = [];
    let done = 0;
    for (const match of text.matchAll(expression)) {
      const token = byPattern.get(match[0]) as AddedToken;
      const end = match.index + match[0].length;
      if (token.singleWord && touchesWord(text, match.index, end)) continue;
      const before = text.slice(done, match.index);
      const kept = token.lstrip ? before.replace(/\p{White_Space}+$/u, '') : before;
      if (kept !== '') parts.push(kept);
      parts.push(token.id);
      done = token.rstrip ? end + spacesAt(text, end) : end;
    }
    if (done < text.length) parts.push(text.slice(done));
    return parts;
  };
}

const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]';
const ENDS_WITH_WORD = new RegExp(`${WORD}$`, 'u');
const STARTS_WITH_WORD = new RegExp(`^${WORD}`, 'u');

function touchesWord(text: string, start: number, end: number): boolean {
  return ENDS_WITH_WORD.test(text.slice(0, start)) || STARTS_WITH_WORD.test(text.slice(end));
}

function spacesAt(text: string, index: number): number {
  return /^\p{White_Space}*/u.exec(text.slice(index))?.[0].length ?? 0;
}
