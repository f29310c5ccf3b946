/** A piece of a formula. */
export type Token =
  | { readonly kind: 'number' | 'name' | 'phrase' | 'operator'; readonly text: string }
  | { readonly kind: 'sum'; readonly over: string };

const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['sum', /sum over (.+?) of /y],
  ['number', /\d+(?:\.\d+)?|\.\d+/y],
  // Two words or more, and words with a hyphen, are said as they are.
  ['phrase', /[A-Za-z]{2,}(?:-[a-z]+)?(?: (?!sum\b)[A-Za-z]{2,}(?:-[a-z]+)?)+|[a-z]+-[a-z]+/y],
  ['name', /[A-Za-z]+(?:_[A-Za-z0-9]+)?'?/y],
  ['operator', /<=|>=|!=|\.\.|[-+*/^=<>,|()[\]@]/y],
];

/**
 * @throws RangeError for a character that no formula has.
 */
export function formulaTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      at += 1;
      continue;
    }
    const found = next(text, at);
    if (found === null) throw new RangeError(`formula: must be one, got ${text.slice(at, at + 20)}`);
    tokens.push(found.token);
    at = found.end;
  }
  return tokens;
}

function next(text: string, at: number): { token: Token; end: number } | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) continue;
    const token: Token = kind === 'sum' ? { kind, over: match[1] as string } : { kind, text: match[0] };
    return { token, end: pattern.lastIndex };
  }
  return null;
}
