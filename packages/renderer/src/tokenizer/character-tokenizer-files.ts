import { TAGS } from '../renderers/tags.js';
import type { TokenizerFile } from './load-tokenizer.js';

/** The two files of a tokenizer in the Hugging Face layout, ready for `JSON.stringify`. */
export interface TokenizerFiles {
  readonly tokenizerJson: TokenizerFile;
  readonly tokenizerConfig: TokenizerFile;
}

/**
 * The files of the character-level tokenizer: one token per character, and one per tag of the tagged format.
 *
 * | ids | tokens |
 * |---|---|
 * | 0 | `<pad>` |
 * | 1-8 | `<user>`, `</user>`, `<call>`, `</call>`, `<result>`, `</result>`, `<answer>`, `</answer>` |
 * | 9 | newline |
 * | 10-104 | printable ASCII, from space (32) to `~` (126) |
 *
 * It is a byte-pair encoding with an empty list of merges, so other readers of `tokenizer.json` give the same ids.
 * A character outside the vocabulary becomes `?`.
 */
export function characterTokenizerFiles(): TokenizerFiles {
  const special = ['<pad>', ...TAGS];
  const tokens = [...special, '\n', ...printableAscii()];
  return {
    tokenizerJson: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: special.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      normalizer: null,
      pre_tokenizer: null,
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: '?',
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges: [],
      },
    },
    tokenizerConfig: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      pad_token: '<pad>',
      unk_token: '?',
      eos_token: '</answer>',
      clean_up_tokenization_spaces: false,
    },
  };
}

function printableAscii(): string[] {
  return Array.from({ length: 126 - 32 + 1 }, (_, index) => String.fromCharCode(32 + index));
}
