import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { mapTexts } from './map-texts.js';

/** Breaks up what would be a special token in somebody else's text. */
export interface Seam {
  readonly character: string;
  /** The same value with every text in it seamed, however deep. */
  seamed<T>(value: T): T;
  /** What somebody said, seamed: also where the template's own characters on both sides would make a token of it. */
  seamedContent(content: string): string;
}

/** Characters that never stand in text: Unicode's noncharacters U+FDD0 to U+FDEE. */
const NONCHARACTERS = Array.from({ length: 31 }, (_, i) => String.fromCharCode(0xfdd0 + i));

/**
 * Seams for what goes into a chat template: after the first visible character of every special token that the
 * vocabulary has, wherever it stands. In `<|im_end|>` the seam follows `<`, and no special token is found there, nor
 * one that begins in this text and ends in the template's. A text that goes on with a token which the template may have
 * begun, such as `|im_end|>`, begins with a seam. Templates look at the ends of texts only to trim white space, and no
 * seam is put beside white space that it would protect. Names and types, which templates compare, have no seam at their
 * beginning when they are only the middle of a token.
 *
 * Throws a `RangeError` for a vocabulary with a special token of one character, which no seam can break up.
 */
export function seamFor(tokenizer: Tokenizer, value: unknown): Seam {
  const firsts = [...tokenizer.specialTokens.keys()].flatMap(firstCharacterOf);
  const character = unusedNoncharacter(value);
  const pattern = new RegExp(`[${firsts.map((first) => first.replace(/[\\\]^-]/g, '\\$&')).join('')}]`, 'gu');
  const seamText = (text: string) => {
    // Only a text that was made for it uses up all the noncharacters: it loses one, and nobody else is hurt.
    const clean = text.replaceAll(character, '\ufffd');
    const inner = firsts.length === 0 ? clean : clean.replace(pattern, `$&${character}`);
    return goesOn(clean) ? opened(inner) : inner;
  };
  const opened = (text: string) => text.replace(/^\s*/, `$&${character}`);
  const tails = [...tokenizer.specialTokens.keys()].flatMap((token) =>
    [...token].map((_, i, all) => all.slice(i + 1).join('')).filter((tail) => tail.trim() !== ''),
  );
  // As the normalizer may make it, too.
  const readings = (text: string) => [text.trimStart(), text.normalize('NFKC').trimStart()];
  const goesOn = (text: string) => readings(text).some((read) => tails.some((tail) => read.startsWith(tail)));
  const isMiddle = (text: string) =>
    readings(text).some((read) => read !== '' && tails.some((tail) => tail.startsWith(read.trimEnd())));
  // Keys are what templates ask by: only one that spells a special token is seamed.
  const spelled = [...tokenizer.specialTokens.keys()];
  const seamKey = (key: string) => (spelled.some((token) => key.includes(token)) ? seamText(key) : key);
  return {
    character,
    seamed: (inner) => mapTexts(inner, seamText, seamKey) as typeof inner,
    seamedContent: (content) => (isMiddle(content) && !goesOn(content) ? opened(seamText(content)) : seamText(content)),
  };
}

function firstCharacterOf(token: string): string[] {
  const visible = token.trimStart();
  const [first] = visible;
  if (first === undefined) return [];
  if (visible === first) {
    throw new RangeError(`chat renderer: a special token must have two characters, got ${JSON.stringify(token)}`);
  }
  return [first];
}

function unusedNoncharacter(value: unknown): string {
  let used = '';
  const collect = (text: string) => {
    used += text;
    return text;
  };
  mapTexts(value, collect, collect);
  return NONCHARACTERS.find((candidate) => !used.includes(candidate)) ?? (NONCHARACTERS[0] as string);
}
