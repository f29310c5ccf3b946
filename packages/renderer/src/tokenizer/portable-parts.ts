import { escapeRegExp } from './pattern.js';
import type { TokenizerPart } from './token-decoder.js';

/** What GPT-2 splits at, the default of `ByteLevel`. */
const BYTE_LEVEL_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

/**
 * A pre-tokenizer of `tokenizer.json` in the terms that `@huggingface/tokenizers` computes as the reference does.
 *
 * That library reads `Split` with Oniguruma's character classes and the rest with JavaScript's, in which U+FEFF is
 * white space, U+0085 is not and only ASCII has digits; it knows the behaviours `Isolated` and `Removed` alone, and
 * never splits at a `Metaspace`. So everything that splits is written as an isolating `Split`.
 *
 * Throws a `RangeError` for a pre-tokenizer that is none of `Sequence`, `Split`, `ByteLevel`, `Metaspace`, `Digits`
 * and `Punctuation`: its ids would not be known to be right.
 */
export function portablePreTokenizer(part: TokenizerPart | null): TokenizerPart | null {
  if (part === null) return null;
  switch (part['type']) {
    case 'Sequence':
      return sequence((part['pretokenizers'] as TokenizerPart[]).map(portablePreTokenizer));
    case 'Split':
      return portableSplit(part);
    case 'ByteLevel':
      return portableByteLevel(part);
    case 'Metaspace':
      return portableMetaspace(part);
    case 'Digits':
      return isolate(part['individual_digits'] === true ? '\\p{N}' : '\\p{N}+');
    case 'Punctuation':
      return portableSplit({ behavior: 'Isolated', ...part, pattern: { Regex: '[\\p{P}$+<=>\\^`|~]' } });
    default:
      throw new RangeError(
        'loadTokenizer: pre_tokenizer must be Split, ByteLevel, Metaspace, Digits, Punctuation or a Sequence of them, ' +
          `got ${JSON.stringify(part['type'])}`,
      );
  }
}

/** The same for a normalizer: `NFC`, `NFD`, `NFKC`, `NFKD`, `Replace`, `Prepend`, or a `Sequence` of them. */
export function portableNormalizer(part: TokenizerPart | null): TokenizerPart | null {
  if (part === null) return null;
  switch (part['type']) {
    case 'Sequence':
      return { ...part, normalizers: (part['normalizers'] as TokenizerPart[]).map(portableNormalizer) };
    case 'Replace':
      // The library gives the content to `String.replaceAll`, in which a dollar sign refers to the match.
      return { ...part, content: String(part['content'] ?? '').replaceAll('$', '$$$$') };
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
    case 'Prepend':
      return part;
    default:
      throw new RangeError(
        'loadTokenizer: normalizer must be NFC, NFD, NFKC, NFKD, Replace, Prepend or a Sequence of them, ' +
          `got ${JSON.stringify(part['type'])}`,
      );
  }
}

const sequence = (pretokenizers: readonly (TokenizerPart | null)[]): TokenizerPart => ({
  type: 'Sequence',
  pretokenizers,
});

const isolate = (pattern: string): TokenizerPart => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
});

function portableByteLevel(part: TokenizerPart): TokenizerPart {
  const bytes = { ...part, add_prefix_space: false, use_regex: false };
  // A space before a text that begins with none.
  const prefix = { type: 'Metaspace', replacement: ' ', prepend_scheme: 'always' };
  return sequence([
    ...(part['add_prefix_space'] === true ? [prefix] : []),
    ...(part['use_regex'] === false ? [] : [isolate(BYTE_LEVEL_PATTERN)]),
    bytes,
  ]);
}

function portableMetaspace(part: TokenizerPart): TokenizerPart {
  if (part['split'] === false) return part;
  const mark = escapeRegExp(typeof part['replacement'] === 'string' ? part['replacement'] : '\u2581');
  return sequence([part, isolate(`${mark}[^${mark}]*`)]);
}

function portableSplit(part: TokenizerPart): TokenizerPart {
  const { Regex, String: text } = (part['pattern'] ?? {}) as { readonly Regex?: string; readonly String?: string };
  const source = Regex ?? (text === undefined ? undefined : escapeRegExp(text));
  if (source === undefined) {
    throw new RangeError(
      `loadTokenizer: pre_tokenizer.pattern must be a String or Regex, got ${JSON.stringify(part['pattern'])}`,
    );
  }
  const invert = part['invert'] === true;
  const behavior = String(part['behavior']);
  switch (`${invert ? 'inverted ' : ''}${behavior.toLowerCase()}`) {
    case 'isolated':
    case 'inverted isolated':
      return isolate(source);
    case 'removed':
    case 'inverted removed':
      return { type: 'Split', pattern: { Regex: source }, behavior: 'Removed', invert };
    case 'contiguous':
      return isolate(`(?:${source})+`);
    case 'mergedwithnext':
      return isolate(`(?:${source})(?:(?!${source})[\\s\\S])*`);
    case 'mergedwithprevious':
      return isolate(`(?:(?!${source})[\\s\\S])*(?:${source})`);
    default:
      throw new RangeError(
        `loadTokenizer: pre_tokenizer.behavior must be Isolated, Removed, Contiguous, MergedWithNext or ` +
          `MergedWithPrevious, the last three not inverted, got ${behavior}${invert ? ' inverted' : ''}`,
      );
  }
}
