import fc from 'fast-check';
import { expect, test } from 'vitest';
import { characterTokenizer } from './character-tokenizer.js';
import { characterTokenizerFiles } from './character-tokenizer-files.js';
import { loadTokenizer } from './load-tokenizer.js';

const tokenizer = characterTokenizer();
const TAGS = ['<pad>', '<user>', '</user>', '<call>', '</call>', '<result>', '</result>', '<answer>', '</answer>'];

test('ids are those of the table', () => {
  // 9 tags, newline, 95 printable characters.
  expect(tokenizer.vocabularySize).toBe(105);
  expect(TAGS.map((tag) => tokenizer.idOf(tag))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(TAGS.every((tag) => tokenizer.isSpecial(tokenizer.idOf(tag)))).toBe(true);
  // newline 9; character c is c - 32 + 10: 'A' (65) is 43.
  expect(tokenizer.encode('\n A~')).toEqual([9, 10, 43, 104]);
});

test('text of the vocabulary survives, one token per character', () => {
  const character = fc.constantFrom('\n', ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)));
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      const ids = tokenizer.encode(text);
      expect(ids.length).toBe(text.length);
      expect(tokenizer.decode(ids)).toBe(text);
    }),
  );
});

test('a character outside the vocabulary becomes ?', () => {
  expect(tokenizer.decode(tokenizer.encode('a\tä😀\r\0\ud800z'))).toBe('a??????z');
});

test('text is not tidied', () => {
  expect(tokenizer.decode(tokenizer.encode(" a , b . it 's  "))).toBe(" a , b . it 's  ");
});

test('the files survive JSON', () => {
  const files = JSON.parse(JSON.stringify(characterTokenizerFiles())) as ReturnType<typeof characterTokenizerFiles>;
  expect(loadTokenizer(files.tokenizerJson).encode('a</call>')).toEqual(tokenizer.encode('a</call>'));
});
