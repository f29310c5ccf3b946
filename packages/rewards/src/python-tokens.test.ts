import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pythonTokens } from './python-tokens.js';

const exact = (code: string) =>
  pythonTokens(code)
    .map((token) => token.exact)
    .join(' ');

it.each([
  ['x = 1_000  # why\nprint(x)', 'name = 01000 :print ( name )'],
  ['def f(n):\n    return n * 2', 'def name ( name ) : return name * 02'],
  ['for i in range(3):\n  s.add(i)', 'for name in :range ( 03 ) : :s . :add ( name )'],
  ['a, b = b, a', 'name , name = name , name'],
  ['f(key=v)', ':f ( :key = :v )'],
  [`s = "it" + 'it'`, 'name = "it + "it'],
])('hides the names that the code binds: %o', (code, expected) => {
  expect(exact(code)).toBe(expected);
});

it('abstracts literals, and gives tokens for any text', () => {
  expect(pythonTokens('g(1, "x")').map((token) => token.abstract)).toEqual([':g', '(', '0', ',', '"', ')']);
  fc.assert(fc.property(fc.string(), (text) => pythonTokens(text).every((token) => token.exact !== '')));
});
