import { expect, test } from 'vitest';
import { digest } from './digest.js';

// The published test vectors of 64-bit FNV-1a: the empty text gives the offset basis.
test.each([
  ['', 'cbf29ce484222325'],
  ['a', 'af63dc4c8601ec8c'],
  ['foobar', '85944171f73967e8'],
])('%j', (text, hash) => {
  expect(digest(text)).toBe(hash);
});

test('agrees with arithmetic on 64-bit integers', () => {
  const slow = (text: string) => {
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n;
    return hash.toString(16).padStart(16, '0');
  };
  for (const text of ['ä😀', 'x'.repeat(1000), '\0', 'result 12.5\n']) expect(digest(text)).toBe(slow(text));
});
