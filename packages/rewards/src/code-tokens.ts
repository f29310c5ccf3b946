import jsTokens from 'js-tokens';

/** A token of code, seen twice. */
export interface CodeToken {
  /** As written, but names that the code itself binds become `name`, and quotes do not matter. */
  readonly exact: string;
  /** As `exact`, but literals are replaced by their kind. */
  readonly abstract: string;
}

type Significant = { readonly type: string; readonly value: string };

/**
 * The tokens of a piece of JavaScript (or of JSON, which reads the same way), with what does not change its meaning
 * removed: white space, comments, semicolons, the choice of quotes, the spelling of numbers, and the names of variables,
 * parameters and functions that the code binds itself. Names that it does not bind (`Math`, a tool), property names
 * and literal values stay, because they are what it does.
 *
 * A name counts as bound when it follows `const`, `let`, `var`, `function` or `class`, stands before `=` or `=>`, or
 * stands in a list of parameters or in a destructuring pattern. That is a reading of tokens, not of scopes. Any text
 * gives tokens; other languages are read by the same rules, less exactly.
 */
export function codeTokens(code: string): CodeToken[] {
  const tokens: Significant[] = [];
  for (const token of jsTokens(code)) if (isSignificant(token)) tokens.push(token);
  const bound = boundNames(tokens);
  return tokens.map((token, i) => readToken(token, !isProperty(tokens, i) && bound.has(token.value)));
}

function isSignificant({ type, value }: Significant): boolean {
  switch (type) {
    case 'WhiteSpace':
    case 'LineTerminatorSequence':
    case 'SingleLineComment':
    case 'MultiLineComment':
    case 'HashbangComment':
      return false;
    default:
      return value !== ';';
  }
}

function readToken({ type, value }: Significant, bound: boolean): CodeToken {
  switch (type) {
    case 'IdentifierName':
    case 'PrivateIdentifier': {
      const name = bound ? 'name' : `:${value}`;
      return { exact: name, abstract: name };
    }
    case 'NumericLiteral':
      return { exact: `0${Number(value.replaceAll('_', ''))}`, abstract: '0' };
    case 'StringLiteral':
    case 'NoSubstitutionTemplate':
      return { exact: `"${value.slice(1, -1)}`, abstract: '"' };
    default:
      return { exact: value, abstract: value };
  }
}

const DECLARES = new Set(['const', 'let', 'var', 'function', 'class']);
const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);

function boundNames(tokens: readonly Significant[]): Set<string> {
  const bound = new Set<string>();
  const bind = (i: number) => {
    const token = tokens[i];
    if (token?.type === 'IdentifierName' && !DECLARES.has(token.value) && !isProperty(tokens, i))
      bound.add(token.value);
  };
  const bindUpTo = (from: number, to: number) => {
    for (let i = from; i < to; i++) bind(i);
  };
  tokens.forEach(({ value }, i) => {
    const next = tokens[i + 1]?.value ?? '';
    if (next === '=' || (next === '=>' && value !== ')')) bind(i);
    if (next === '=>' && value === ')') bindUpTo(openingOf(tokens, i), i);
    if (!DECLARES.has(value) || isProperty(tokens, i)) return;
    bind(i + 1);
    const opening = value === 'function' && next !== '(' ? i + 2 : i + 1;
    if (value !== 'class') bindUpTo(opening, closingOf(tokens, opening));
  });
  return bound;
}

/** Index of the bracket that closes the one at `opening`; `opening` itself when no bracket opens there. */
function closingOf(tokens: readonly Significant[], opening: number): number {
  if (!OPENING.has(tokens[opening]?.value ?? '')) return opening;
  let depth = 0;
  for (let i = opening; i < tokens.length; i++) {
    depth += nesting(tokens[i]?.value ?? '');
    if (depth === 0) return i;
  }
  return tokens.length;
}

function openingOf(tokens: readonly Significant[], closing: number): number {
  let depth = 0;
  for (let i = closing; i >= 0; i--) {
    depth += nesting(tokens[i]?.value ?? '');
    if (depth === 0) return i;
  }
  return 0;
}

function nesting(value: string): number {
  if (OPENING.has(value)) return 1;
  return CLOSING.has(value) ? -1 : 0;
}

function isProperty(tokens: readonly Significant[], i: number): boolean {
  const before = tokens[i - 1]?.value;
  return before === '.' || before === '?.';
}
