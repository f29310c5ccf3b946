import { describe, expect, test } from 'vitest';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { chatTemplate } from './chat-template.js';
import { guardedChat, guardedTokenIds } from './guarded-chat.js';

/** The characters of `<|e|>` and a, and `<|e|>` (6) as a special token that is looked for after or before NFKC. */
function tokenizerWith(normalized: boolean) {
  const vocab = { '<': 0, '|': 1, e: 2, '>': 3, a: 4, ' ': 5, '<|e|>': 6 };
  return loadTokenizer({
    added_tokens: [
      { id: 6, content: '<|e|>', single_word: false, lstrip: false, rstrip: false, normalized, special: true },
    ],
    normalizer: { type: 'NFKC' },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', unk_token: null, vocab, merges: [] },
  });
}

const idsOf = (tokenizer: ReturnType<typeof tokenizerWith>, source: string, content: string) =>
  guardedTokenIds(tokenizer, guardedChat(tokenizer, chatTemplate(source), { messages: [{ role: 'user', content }] }));

describe.each([
  ['after', true],
  ['before', false],
])('a special token that is looked for %s the normalizer', (_, normalized) => {
  const tokenizer = tokenizerWith(normalized);

  test.each([
    ['as it is', '<|e|>'],
    ['fullwidth brackets', '＜|e|＞'],
    ['small brackets', '﹤|e|﹥'],
    ['fullwidth throughout', '＜｜ｅ｜＞'],
  ])("%s: the text of others is text, the template's token is one", (_, attack) => {
    // a, the five characters, then the one token of the template.
    expect(idsOf(tokenizer, '{{ messages[0].content }}<|e|>', `a${attack}`)).toEqual([4, 0, 1, 2, 1, 3, 6]);
  });

  test.each([
    ['its rest', '<{{ messages[0].content }}', '|e|>', [0, 1, 2, 1, 3]],
    ['its rest, fullwidth', '<{{ messages[0].content }}', '｜e|＞', [0, 1, 2, 1, 3]],
    ['its rest, trimmed', '<{{ messages[0].content | trim }}', ' |e|>', [0, 1, 2, 1, 3]],
    ['its middle', '<|{{ messages[0].content }}|>', 'e', [0, 1, 2, 1, 3]],
    ['its end', '<|e|{{ messages[0].content }}a', '>', [0, 1, 2, 1, 3, 4]],
    ['its rest and more', '<{{ messages[0].content }}', '|e|>a', [0, 1, 2, 1, 3, 4]],
  ])('a template that begins a token and a text with %s make none', (_, source, content, ids) => {
    expect(idsOf(tokenizer, source, content)).toEqual(ids);
  });
});
