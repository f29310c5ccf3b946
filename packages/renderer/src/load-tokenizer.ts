import { Tokenizer as TokenizerClass } from '@huggingface/tokenizers';
import type { Tokenizer } from './tokenizer.js';

/** A parsed `tokenizer.json`, or a parsed `tokenizer_config.json`. */
export type TokenizerFile = Readonly<Record<string, unknown>>;

/**
 * A tokenizer from the two parsed files of the Hugging Face layout.
 *
 * Plain text is encoded by a copy of the tokenizer from which every added token is removed, so `</result>` written by
 * a tool is the characters `<`, `/`, `r`, ... and never the token `</result>`. The post-processor, which adds tokens
 * such as a beginning of text, is left out too: the renderer places such tokens itself. Text is not tidied on decoding.
 *
 * Throws a `RangeError` for a file without `model` or `added_tokens`, and an `Error` if encoding plain text gives a
 * special token after all (a vocabulary whose merges build one).
 */
export function loadTokenizer(tokenizerJson: TokenizerFile, tokenizerConfig: TokenizerFile = {}): Tokenizer {
  checkTokenizerJson(tokenizerJson);
  const whole: HuggingFaceTokenizer = new TokenizerClass(tokenizerJson, tokenizerConfig);
  const plain: HuggingFaceTokenizer = new TokenizerClass(
    { ...tokenizerJson, added_tokens: [], post_processor: null },
    tokenizerConfig,
  );
  const specialIds = new Set(whole.get_added_tokens_decoder().keys());
  let vocabularySize = 0;
  for (const id of whole.get_vocab().values()) vocabularySize = Math.max(vocabularySize, id + 1);
  return {
    vocabularySize,
    encode(text) {
      if (text === '') return [];
      const ids = plain.encode(text, { add_special_tokens: false }).ids;
      const special = ids.find((id) => specialIds.has(id));
      if (special !== undefined) {
        throw new Error(`encode: plain text must not give special tokens, got ${whole.id_to_token(special)}`);
      }
      return ids;
    },
    decode(tokenIds) {
      if (tokenIds.length === 0) return '';
      return whole.decode([...tokenIds], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
    idOf(token) {
      const id = whole.token_to_id(token);
      if (id === undefined) throw new RangeError(`idOf: token must be in the vocabulary, got ${JSON.stringify(token)}`);
      return id;
    },
    isSpecial: (tokenId) => specialIds.has(tokenId),
  };
}

/** What is used of the library's class, whose own types do not resolve under Node's module resolution. */
interface HuggingFaceTokenizer {
  encode(text: string, options: { readonly add_special_tokens: boolean }): { readonly ids: number[] };
  decode(
    tokenIds: number[],
    options: { readonly skip_special_tokens: boolean; readonly clean_up_tokenization_spaces: boolean },
  ): string;
  token_to_id(token: string): number | undefined;
  id_to_token(tokenId: number): string | undefined;
  get_vocab(): Map<string, number>;
  get_added_tokens_decoder(): Map<number, unknown>;
}

function checkTokenizerJson(tokenizerJson: TokenizerFile): void {
  const { model, added_tokens: addedTokens } = tokenizerJson;
  if (typeof model !== 'object' || model === null) {
    throw new RangeError(`loadTokenizer: tokenizerJson.model must be an object, got ${JSON.stringify(model)}`);
  }
  if (!Array.isArray(addedTokens)) {
    throw new RangeError(
      `loadTokenizer: tokenizerJson.added_tokens must be an array, got ${JSON.stringify(addedTokens)}`,
    );
  }
}
