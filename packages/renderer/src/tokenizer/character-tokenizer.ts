import { characterTokenizerFiles } from './character-tokenizer-files.js';
import { loadTokenizer } from './load-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/** The character-level tokenizer that {@link characterTokenizerFiles} describes, loaded. */
export function characterTokenizer(): Tokenizer {
  return loadTokenizer(characterTokenizerFiles().tokenizerJson);
}
