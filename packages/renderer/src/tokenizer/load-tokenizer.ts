import { Tokenizer as TokenizerClass } from '@huggingface/tokenizers';
import { type AddedToken, addedTokensOf, isControl, splitter } from './added-tokens.js';
import { aroundTokens } from './around-tokens.js';
import { portableNormalizer, portablePreTokenizer } from './portable-parts.js';
import { type TokenizerPart, tokenDecoder } from './token-decoder.js';
import { tokenModel } from './token-model.js';
import type { Tokenizer } from './tokenizer.js';

/** A parsed `tokenizer.json`, or a parsed `tokenizer_config.json`. */
export type TokenizerFile = Readonly<Record<string, unknown>>;

/**
 * A tokenizer from the parsed `tokenizer.json` of the Hugging Face layout: byte-level and SentencePiece-like encodings
 * as Llama, Qwen and Mistral use them. What is supported gives the ids of `tokenizers`; anything else is refused.
 *
 * Plain text never becomes a control token (a special token, or another added token with punctuation in it): these are
 * neither looked for nor left in the vocabulary, so `</result>` written by a tool is the characters `<`, `/`, `r`, ...
 * Only `encodeMarked` looks for them. Text is not tidied on decoding, whatever the file says: spaces before punctuation
 * stay.
 *
 * The file is the truth. (`transformers` 5 replaces parts of it for models that its config calls `qwen2`, and for the
 * class `LlamaTokenizer`; that gives other ids for files that are not what it expects of these.)
 *
 * @throws RangeError for a part that is missing, malformed, or of a kind whose ids are not known to be right.
 */
export function loadTokenizer(tokenizerJson: TokenizerFile): Tokenizer {
  checkTokenizerJson(tokenizerJson);
  const added = addedTokensOf(tokenizerJson['added_tokens']);
  const control = added.filter(isControl);
  const controlIds = new Set(control.map(({ id }) => id));
  const model = tokenModel(tokenizerJson['model'], controlIds);
  const idOf = new Map([...model.ids, ...added.map(({ content, id }) => [content, id] as const)]);
  const decode = tokenDecoder(partOf(tokenizerJson, 'decoder'));
  const around = aroundTokens(partOf(tokenizerJson, 'post_processor'));
  const pipeline = textPipeline(tokenizerJson, model.plain);
  const texts = new Map([...model.ids].map(([token, id]) => [id, token]));
  for (const token of added) texts.set(token.id, writtenAs(token, pipeline));
  const plain = encoder(
    pipeline,
    added.filter((token) => !isControl(token)),
  );
  const marked = encoder(pipeline, added);

  return {
    vocabularySize: [...texts.keys()].reduce((most, id) => Math.max(most, id + 1), 0),
    specialTokens: new Map(control.map(({ content, id }) => [content, id])),
    encode: (text) => plain(text),
    encodeMarked(text, options = {}) {
      const ids = marked(text, options.seam);
      return options.around === true ? [...around.before, ...ids, ...around.after] : ids;
    },
    decode(tokenIds) {
      const tokens = tokenIds.flatMap((id) => texts.get(id) ?? []);
      return tokens.length === 0 ? '' : decode(tokens);
    },
    idOf(token) {
      const id = idOf.get(token);
      if (id === undefined) throw new RangeError(`idOf: token must be in the vocabulary, got ${JSON.stringify(token)}`);
      return id;
    },
    tokenOf(tokenId) {
      const token = texts.get(tokenId);
      if (token === undefined) throw new RangeError(`tokenOf: id must be in the vocabulary, got ${tokenId}`);
      return token;
    },
    hasToken: (tokenId) => texts.has(tokenId),
    isSpecial: (tokenId) => controlIds.has(tokenId),
  };
}

/** Text without added tokens to what the model reads, and on to ids. */
interface TextPipeline {
  readonly normalize: ((text: string) => string) | null;
  /** `first`: the text stands at the beginning of all, where some vocabularies put a space. */
  ids(text: string, first: boolean): number[];
}

function textPipeline(tokenizerJson: TokenizerFile, model: TokenizerPart): TextPipeline {
  const library: HuggingFaceTokenizer = new TokenizerClass(
    {
      model,
      added_tokens: [],
      normalizer: portableNormalizer(partOf(tokenizerJson, 'normalizer')),
      pre_tokenizer: portablePreTokenizer(partOf(tokenizerJson, 'pre_tokenizer')),
      post_processor: null,
      decoder: null,
    },
    {},
  );
  const { normalizer, pre_tokenizer: preTokenizer, model: toTokens } = library;
  const idsByToken = toTokens.tokens_to_ids;
  return {
    normalize: normalizer === null ? null : (text) => normalizer(text),
    ids(text, first) {
      const words = preTokenizer === null ? [text] : preTokenizer(text, { section_index: first ? 0 : 1 });
      return words.flatMap((word) =>
        toTokens([word]).flatMap((token) => idsByToken.get(token) ?? toTokens.unk_token_id ?? []),
      );
    },
  };
}

/** What of a token is looked for, and given on decoding: most are their content, some what the normalizer makes of it. */
function writtenAs({ content, normalized }: AddedToken, { normalize }: TextPipeline): string {
  return normalized && normalize !== null ? normalize(content) : content;
}

/** Encodes a text in which `tokens` are looked for: most before the normalizer, some in what it gave. */
function encoder(pipeline: TextPipeline, tokens: readonly AddedToken[]) {
  const { normalize, ids } = pipeline;
  const normalized = (text: string) => normalize?.(text) ?? text;
  const isLate = (token: AddedToken) => token.normalized && normalize !== null;
  const splitAt = (these: readonly AddedToken[]) => splitter(these, (token) => writtenAs(token, pipeline));
  const early = splitAt(tokens.filter((token) => !isLate(token)));
  const lateTokens = tokens.filter(isLate);
  const late = splitAt(lateTokens);
  const guarded = lateGuard(pipeline, tokens);
  return (text: string, seam = ''): number[] => {
    const unseamed = (part: string) => (seam === '' ? part : part.replaceAll(seam, ''));
    return early(text).flatMap((section, i) => {
      if (typeof section === 'number') return [section];
      // The seam goes before the normalizer, which would not compose across it, unless tokens are looked for behind it.
      const parts = late(normalized(lateTokens.length === 0 ? unseamed(section) : guarded(section, seam)));
      return parts.flatMap((part, j) => (typeof part === 'number' ? [part] : ids(unseamed(part), i === 0 && j === 0)));
    });
  };
}

/**
 * Puts a seam after every character that only the normalizer turns into the beginning of a control token that is looked
 * for behind it, as NFKC does with a fullwidth `<`. Where a seam is given, the beginnings themselves have theirs already.
 * Only single characters are seen: a `Replace` of several, such as `&lt;`, by the beginning of a token is not.
 */
function lateGuard({ normalize }: TextPipeline, tokens: readonly AddedToken[]) {
  if (normalize === null) return (section: string) => section;
  const control = tokens.filter(isControl);
  const firstOf = ({ content }: AddedToken): string => [...content.trimStart()][0] ?? '';
  const beginnings = new Set(control.map(firstOf));
  // Behind a letter, because some normalizers put a space before the first one.
  const [letter, before] = ['a', normalize('a')];
  const normalized = (character: string): string => {
    const text = normalize(letter + character);
    return text.startsWith(before) ? text.slice(before.length) : text;
  };
  const made = control.filter((token) => token.normalized).map((token) => normalized(firstOf(token)));
  const wanted = made.filter((text) => text !== '');
  const known = new Map<string, boolean>();
  const begins = (character: string): boolean => {
    const found = known.get(character) ?? wanted.some((text) => normalized(character).includes(text));
    known.set(character, found);
    return found;
  };
  return (section: string, seam: string): string => {
    if (seam === '' || wanted.length === 0) return section;
    const seamed = (character: string) =>
      character !== seam && !beginnings.has(character) && begins(character) ? character + seam : character;
    return [...section].map(seamed).join('');
  };
}

function partOf(tokenizerJson: TokenizerFile, name: string): TokenizerPart | null {
  const part = tokenizerJson[name] ?? null;
  if (part !== null && (typeof part !== 'object' || Array.isArray(part))) {
    throw new RangeError(`loadTokenizer: tokenizerJson.${name} must be an object or null, got ${JSON.stringify(part)}`);
  }
  return part as TokenizerPart | null;
}

/** What is used of the library's class, whose own types do not resolve under Node's module resolution. */
interface HuggingFaceTokenizer {
  readonly normalizer: ((text: string) => string) | null;
  readonly pre_tokenizer: ((text: string, options: { readonly section_index: number }) => string[]) | null;
  readonly model: {
    (words: string[]): string[];
    readonly tokens_to_ids: ReadonlyMap<string, number>;
    readonly unk_token_id: number | undefined;
  };
}

function checkTokenizerJson(tokenizerJson: TokenizerFile): void {
  if (typeof tokenizerJson !== 'object' || tokenizerJson === null || Array.isArray(tokenizerJson)) {
    throw new RangeError(`loadTokenizer: tokenizerJson must be an object, got ${JSON.stringify(tokenizerJson)}`);
  }
  const { model } = tokenizerJson;
  if (typeof model !== 'object' || model === null) {
    throw new RangeError(`loadTokenizer: tokenizerJson.model must be an object, got ${JSON.stringify(model)}`);
  }
}
