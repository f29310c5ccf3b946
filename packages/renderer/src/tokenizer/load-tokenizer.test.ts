import { expect, test } from 'vitest';
import { loadTokenizer } from './load-tokenizer.js';

/** A byte-pair encoding over a, b, <, /, x, > with the merge a + b, and the special token </x>. */
function tokenizerJson(merges: string[][] = [['a', 'b']]) {
  const vocab = { a: 0, b: 1, '<': 2, '/': 3, x: 4, '>': 5, ab: 6, '</': 7, '</x': 8, '</x>': 9 };
  return {
    version: '1.0',
    added_tokens: [
      { id: 9, content: '</x>', single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
    ],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Fuse' },
    model: { type: 'BPE', unk_token: 'x', vocab, merges },
  };
}

test('applies merges', () => {
  // a + b merge to 6; the remaining b is 1.
  expect(loadTokenizer(tokenizerJson()).encode('abb')).toEqual([6, 1]);
});

test('a special token written as text becomes plain tokens', () => {
  const tokenizer = loadTokenizer(tokenizerJson());
  expect(tokenizer.encode('ab</x>')).toEqual([6, 2, 3, 4, 5]);
  expect(tokenizer.decode([6, 9])).toBe('ab</x>');
});

test('a special token that merges would build is spelled out', () => {
  const merges = [
    ['<', '/'],
    ['</', 'x'],
    ['</x', '>'],
  ];
  // The last merge gives the special token 9 and is left out: `</x` (8) and `>` (5) stay apart.
  const tokenizer = loadTokenizer(tokenizerJson(merges));
  expect(tokenizer.encode('</x>')).toEqual([8, 5]);
  expect(tokenizer.encodeMarked('</x>')).toEqual([9]);
  // A seam breaks the first one up, and is gone.
  expect(tokenizer.encodeMarked('<~/x></x>a', { seam: '~' })).toEqual([8, 5, 9, 0]);
});

test('knows its tokens', () => {
  const tokenizer = loadTokenizer(tokenizerJson());
  expect(tokenizer.vocabularySize).toBe(10);
  expect(tokenizer.idOf('</x>')).toBe(9);
  expect(tokenizer.isSpecial(9)).toBe(true);
  expect(tokenizer.isSpecial(8)).toBe(false);
  expect(() => tokenizer.idOf('<y>')).toThrow(new RangeError('idOf: token must be in the vocabulary, got "<y>"'));
});

test('the empty text and no tokens', () => {
  const tokenizer = loadTokenizer(tokenizerJson());
  expect(tokenizer.encode('')).toEqual([]);
  expect(tokenizer.decode([])).toBe('');
});

test('refuses a file that is no tokenizer', () => {
  expect(() => loadTokenizer({ added_tokens: [] })).toThrow(
    new RangeError('loadTokenizer: tokenizerJson.model must be an object, got undefined'),
  );
  expect(() => loadTokenizer({ model: {} })).toThrow(
    new RangeError('loadTokenizer: tokenizerJson.added_tokens must be an array, got undefined'),
  );
});
