import { escapeRegExp } from './pattern.js';

/** A parsed part of `tokenizer.json`. */
export type TokenizerPart = Readonly<Record<string, unknown>>;

/** Tokens to the texts that are joined. */
type Step = (tokens: readonly string[]) => string[];

/**
 * The text of tokens, as the `decoder` of a `tokenizer.json` describes it: `ByteLevel`, `ByteFallback`, `Metaspace`,
 * `Replace`, `Fuse`, `Strip` and a `Sequence` of them; `null` joins with spaces.
 *
 * Written out here because a policy may sample anything, and on sequences that are no text (half a character, a byte
 * token that continues nothing) this follows the reference, `tokenizers` 0.22: `ByteLevel` replaces each maximal
 * broken part by U+FFFD, `ByteFallback` each byte of a run that is not UTF-8, and neither drops a byte order mark.
 *
 * Throws a `RangeError` for another decoder.
 */
export function tokenDecoder(decoder: TokenizerPart | null): (tokens: readonly string[]) => string {
  if (decoder === null) return (tokens) => tokens.join(' ');
  const step = stepOf(decoder);
  return (tokens) => step(tokens).join('');
}

function stepOf(decoder: TokenizerPart): Step {
  switch (decoder['type']) {
    case 'Sequence':
      return sequence(decoder['decoders']);
    case 'ByteLevel':
      return (tokens) => [utf8(Uint8Array.from(tokens.flatMap(bytesOf)))];
    case 'ByteFallback':
      return byteFallback;
    case 'Metaspace':
      return metaspace(decoder);
    case 'Replace':
      return replace(decoder);
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Strip':
      return strip(decoder);
    default:
      throw new RangeError(
        'loadTokenizer: decoder must be ByteLevel, ByteFallback, Metaspace, Replace, Fuse, Strip or a Sequence of ' +
          `them, got ${JSON.stringify(decoder['type'])}`,
      );
  }
}

function sequence(decoders: unknown): Step {
  if (!Array.isArray(decoders)) {
    throw new RangeError(`loadTokenizer: decoder.decoders must be an array, got ${JSON.stringify(decoders)}`);
  }
  const steps = decoders.map((part: TokenizerPart) => stepOf(part));
  return (tokens) => steps.reduce<string[]>((texts, step) => step(texts), [...tokens]);
}

/** Half a byte order mark is no mark: it is text like any other. */
const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });
const utf8Encoder = new TextEncoder();
const utf8 = (bytes: Uint8Array): string => utf8Decoder.decode(bytes);

/** The bytes of a token in the alphabet of byte-level encodings; a token outside it (an added one) is its own text. */
function bytesOf(token: string): number[] {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTE_OF.get(character);
    if (byte === undefined) return [...utf8Encoder.encode(token)];
    bytes.push(byte);
  }
  return bytes;
}

/** Printable bytes stand for themselves, the others in order for the characters from U+0100 on. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return new Map(
    Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(printable(byte) ? byte : next++), byte] as const),
  );
})();

const BYTE_TOKEN = /^<0x([0-9A-Fa-f]{2})>$/;

function byteFallback(tokens: readonly string[]): string[] {
  const texts: string[] = [];
  let bytes: number[] = [];
  const flush = () => {
    if (bytes.length > 0) texts.push(textOfBytes(bytes));
    bytes = [];
  };
  for (const token of tokens) {
    const byte = BYTE_TOKEN.exec(token)?.[1];
    if (byte !== undefined) {
      bytes.push(Number.parseInt(byte, 16));
      continue;
    }
    flush();
    texts.push(token);
  }
  flush();
  return texts;
}

function textOfBytes(bytes: readonly number[]): string {
  try {
    return strictDecoder.decode(Uint8Array.from(bytes));
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}

function metaspace(decoder: TokenizerPart): Step {
  const replacement = typeof decoder['replacement'] === 'string' ? decoder['replacement'] : '\u2581';
  const dropsFirst = decoder['prepend_scheme'] !== 'never';
  return (tokens) => tokens.map((token, i) => token.replaceAll(replacement, i === 0 && dropsFirst ? '' : ' '));
}

function replace(decoder: TokenizerPart): Step {
  const pattern = decoder['pattern'] as { readonly String?: string; readonly Regex?: string } | undefined;
  const source = pattern?.String === undefined ? pattern?.Regex : escapeRegExp(pattern.String);
  if (source === undefined) {
    throw new RangeError(`loadTokenizer: decoder.pattern must be a String or Regex, got ${JSON.stringify(pattern)}`);
  }
  const expression = new RegExp(source, 'gu');
  const content = String(decoder['content'] ?? '');
  return (tokens) => tokens.map((token) => token.replace(expression, () => content));
}

function strip(decoder: TokenizerPart): Step {
  const content = String(decoder['content'] ?? '');
  const start = Number(decoder['start'] ?? 0);
  const stop = Number(decoder['stop'] ?? 0);
  return (tokens) =>
    tokens.map((token) => {
      const characters = Array.from(token);
      let from = 0;
      while (from < start && characters[from] === content) from += 1;
      let to = characters.length;
      while (characters.length - to < stop && to > from && characters[to - 1] === content) to -= 1;
      return characters.slice(from, to).join('');
    });
}
