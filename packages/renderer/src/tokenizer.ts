/**
 * Text to token ids and back.
 *
 * `encode` treats its whole text as plain text: what looks like a special token in it becomes ordinary tokens. Special
 * tokens are placed by their id only, so nobody can forge one by writing it.
 */
export interface Tokenizer {
  /** The largest id plus one: the least number of rows that a policy's embedding needs. */
  readonly vocabularySize: number;
  /** Token ids of plain text, without any special token. Empty for the empty text. */
  encode(text: string): number[];
  /** The text of the tokens, special tokens included. */
  decode(tokenIds: readonly number[]): string;
  /** The id of one token, e.g. `</call>`. Throws a `RangeError` when the vocabulary lacks it. */
  idOf(token: string): number;
  /** Whether the id is a token that plain text never gives: a control token or another added token. */
  isSpecial(tokenId: number): boolean;
}
