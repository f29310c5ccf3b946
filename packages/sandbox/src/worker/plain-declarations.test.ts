import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostileCases } from '../attack/hostile-cases.js';
import { parsedSource } from './notebook-source.js';
import { plainDeclarations } from './plain-declarations.js';

test.each([
  ['let x = 1; const y = x / 2; y', 'var x = 1; var y = x / 2; y'],
  ['let sum = 0; for (let i = 0; i < 9; i++) sum += i; sum', 'var sum = 0; for (let i = 0; i < 9; i++) sum += i; sum'],
  [
    'const f = (a, b) => {\n  const c = a;\n  return c }\nlet x = f(1, 2)',
    'var f = (a, b) => {\n  const c = a;\n  return c }\nvar x = f(1, 2)',
  ],
  ['x = 1\nlet y = 2 // let z = 3', 'x = 1\nvar y = 2 // let z = 3'],
  ["let s = 'let t = \\'1'; s", "var s = 'let t = \\'1'; s"],
])('%s', (source, text) => {
  expect(plainDeclarations(source)).toBe(text);
  expect(parsedSource(source)).toBe(text);
});

test.each([
  'let x = 1, y',
  'let x',
  'let { a } = b',
  'let x = 1; let x = 2',
  'let let = 1',
  'x = let\nlet = 1',
  'if (a)\nlet x = 1',
  'else\nlet x = 1',
  'let x = /let y = 1/',
  'let x = `let y = 1`',
  'let x = await 1',
  'let x = 1; function x() {}',
  'let x = 1 /* let',
  'let x = "1\n"',
  'let x = (1',
  'l\\u0065t = 1; let y = 1',
])('leaves to the parser: %s', (source) => {
  expect(plainDeclarations(source)).toBeNull();
});

/** Where both read a source, they make the same of it. */
function agrees(source: string): void {
  const plain = plainDeclarations(source);
  if (plain === null) return;
  const text = parsedSource(source);
  if (text !== null) expect(plain).toBe(text);
  // What does not parse must not parse when it is rewritten.
  else expect(parsedSource(plain)).toBeNull();
}

test('agrees with the parser on hostile input', () => {
  for (const { code } of hostileCases) agrees(code);
});

test('agrees with the parser on any row of tokens', () => {
  const tokens =
    'let const x y f of if else for do return => = == + / ++ . , ; : ? ! ( ) [ ] { } 1 2.5 "let" \'"\' //c /*c*/ /*\n*/ \\n \\s async typeof in'.split(
      ' ',
    );
  const token = fc.constantFrom(...tokens.map((text) => (text === '\\n' ? '\n' : text === '\\s' ? ' ' : text)));
  const source = fc.array(token, { maxLength: 14 }).map((row) => row.join(' '));
  fc.assert(fc.property(source, agrees), { numRuns: 20_000, seed: 7 });
});

test('agrees with the parser on programs', () => {
  const name = fc.constantFrom('x', 'y', 'z', 'let', 'of');
  const value = fc.constantFrom(
    '1',
    'x / 2',
    '[1, 2]',
    '{ a: 1 }',
    '(a) => a',
    '(a) => { let x = 1; return x }',
    '"let"',
    'f(1, 2)',
  );
  const end = fc.constantFrom('; ', '\n', ' ', ';\n', ' // c\n', ', ');
  const statement = fc.oneof(
    fc.tuple(fc.constantFrom('let', 'const'), name, value).map(([kind, of, is]) => `${kind} ${of} = ${is}`),
    fc.tuple(name, value).map(([of, is]) => `${of} = ${is}`),
    fc.constantFrom(
      'for (let i = 0; i < 3; i++) x += i',
      'if (x) { let y = 1 }',
      'x',
      'f(x)',
      'else',
      'x++',
      'if (x)',
      '{ }',
    ),
  );
  const source = fc.array(fc.tuple(statement, end), { maxLength: 5 }).map((rows) => rows.flat().join(''));
  fc.assert(fc.property(source, agrees), { numRuns: 20_000, seed: 7 });
});
