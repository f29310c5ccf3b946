/**
 * Text to token ids and back.
 *
 * `encode` treats its whole text as plain text: what looks like a special token in it becomes ordinary tokens. Special
 * tokens are placed by their id only, so nobody can forge one by writing it.
 */
export interface Tokenizer {
  /** The largest id plus one: the least number of rows that a policy's embedding needs. */
  readonly vocabularySize: number;
  /** The tokens that plain text never gives, by their text: control tokens and other added tokens. */
  readonly specialTokens: ReadonlyMap<string, number>;
  /** Token ids of plain text, without any special token. Empty for the empty text. */
  encode(text: string): number[];
  /**
   * Token ids of text in which special tokens are written out, such as what a chat template gives:
   * `<|im_end|>` becomes the token. What `transformers` makes of any text. Never for text that somebody else wrote.
   */
  encodeMarked(text: string, options?: EncodeMarkedOptions): number[];
  /** The text of the tokens, special tokens included. An id that has no token gives no text. */
  decode(tokenIds: readonly number[]): string;
  /** The id of one token, e.g. `</call>`. Throws a `RangeError` when the vocabulary lacks it. */
  idOf(token: string): number;
  /** The written form of one token, as `idOf` takes it. Throws a `RangeError` for an id that has no token. */
  tokenOf(tokenId: number): string;
  /** Whether the id is of any token: models often have embeddings for more ids than there are tokens. */
  hasToken(tokenId: number): boolean;
  /** Whether the id is a token that plain text never gives: a control token or another added token. */
  isSpecial(tokenId: number): boolean;
}

export interface EncodeMarkedOptions {
  /** Adds the tokens that the tokenizer's post-processor puts around a text, such as a beginning of text; off. */
  readonly around?: boolean;
  /**
   * A character that breaks up what is no token: written into somebody else's `<|im_end|>` it keeps that from being
   * one, and is taken out before the text is encoded.
   */
  readonly seam?: string;
}
