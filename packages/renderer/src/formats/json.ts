/** The value of a JSON text, `null` for broken JSON. An empty text stands for `{}`: a call without arguments. */
export function parseJson(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: {} };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The index after the JSON value that begins at `start`, or -1 if the text ends before it does. Brackets are counted
 * outside strings, and nothing else is checked: the part is parsed by whoever asks.
 */
export function endOfValue(text: string, start: number): number {
  const first = start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0);
  const character = text[first];
  if (character === undefined) return -1;
  if (character === '"') return endOfString(text, first) + 1 || -1;
  return OPENING.has(character) ? endOfBrackets(text, first) : endOfScalar(text, first);
}

function endOfBrackets(text: string, start: number): number {
  let depth = 0;
  for (let i = start; i < text.length; i += 1) {
    const character = text[i] as string;
    if (character === '"') {
      i = endOfString(text, i);
      if (i < 0) return -1;
    } else if (OPENING.has(character)) {
      depth += 1;
    } else if (CLOSING.has(character)) {
      depth -= 1;
      if (depth === 0) return i + 1;
    }
  }
  return -1;
}

/** The texts of the values of an object that `JSON.parse` accepts, by name, each as it was written; the last of a name. */
export function memberTexts(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let i = text.indexOf('{') + 1;
  for (;;) {
    const quote = text.indexOf('"', i);
    const nameEnd = quote < 0 ? -1 : endOfString(text, quote);
    if (nameEnd < 0) return members;
    const start = text.indexOf(':', nameEnd) + 1;
    const end = endOfValue(text, start);
    if (start === 0 || end < 0) return members;
    members.set(JSON.parse(text.slice(quote, nameEnd + 1)) as string, text.slice(start, end).trim());
    i = end;
    const next = /^\s*,/.exec(text.slice(i));
    if (next === null) return members;
  }
}

/** The texts of the elements of an array that `JSON.parse` accepts, each as it was written. */
export function elementTexts(text: string): string[] {
  const elements: string[] = [];
  let i = text.indexOf('[') + 1;
  for (;;) {
    const gap = /^[\s,]*/.exec(text.slice(i))?.[0].length ?? 0;
    const start = i + gap;
    if (start >= text.length || text[start] === ']') return elements;
    const end = endOfValue(text, start);
    if (end < 0) return elements;
    elements.push(text.slice(start, end).trim());
    i = end;
  }
}

const OPENING = new Set(['{', '[']);
const CLOSING = new Set(['}', ']']);

/** The index of the quotation mark that ends the string which begins at `start`, or -1. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i;
  }
  return -1;
}

/** The index after a number, `true`, `false` or `null`. */
function endOfScalar(text: string, start: number): number {
  let i = start;
  while (i < text.length && !/[\s,\]}]/.test(text[i] as string)) i += 1;
  return i;
}
