import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { notebookSource, parsedSource, singleSource } from './notebook-source.js';

test.each([
  ['let x = 1, y', 'var x = 1, y = void 0'],
  ['const { a, b: [c] } = f()', 'var { a, b: [c] } = f()'],
  ['class A extends B {} let z', 'var A = class A extends B {}; var z = void 0'],
  ['{ let inner = 1 }', '{ let inner = 1 }'],
  ['for (const x of y) { const z = 1 }', 'for (const x of y) { const z = 1 }'],
  ['() => { let x }', '() => { let x }'],
  ['"let x = 1" // const y', '"let x = 1" // const y'],
  ['"use strict"; let x', 'void 0; var x = void 0'],
])('%s → %s', (source, text) => {
  expect(notebookSource(source)).toBe(text);
});

test.each(['let = ;', 'let x; return 1', 'let x; %DebugPrint(x)', `let x${'('.repeat(100_000)}`, 'let x; import "x"'])(
  'what does not parse comes back as it is: %s',
  (source) => {
    expect(parsedSource(source)).toBeNull();
    expect(notebookSource(source)).toBe(source);
  },
);

test.each(['1 + 1', 'x = f(2)', 'return 1', '('.repeat(100_000)])(
  'without a word to rewrite it is not read: %s',
  (source) => {
    expect(notebookSource(source)).toBe(source);
  },
);

test('no await at the top level, no async function', () => {
  expect(notebookSource('async function f() { await 1 }')).toBe('async function f() { await 1 }');
  expect(notebookSource('// await\nx')).toBe('// await\nx');
});

// What a rewritten step does, seen from outside: its value, then the globals that it leaves.
test.each([
  ['await 1', 1, {}],
  ['const a = await 1; a + 1', 2, { a: 1 }],
  ['let a; var b = await 2', undefined, { a: undefined, b: 2 }],
  ['let { a, b: [c, ...d], ...e } = await { a: 1, b: [2, 3], f: 4 }', undefined, { a: 1, c: 2, d: [3], e: { f: 4 } }],
  ['function f() { return x } const x = await 3; f()', 3, { x: 3 }],
  ['class A { n() { return 4 } } await null; new A().n()', 4, {}],
  ['for (var i = 0; i < 3; i++) await i', undefined, { i: 3 }],
  ['for (var k of [1, 2]) { var seen = await k } seen', 2, { k: 2, seen: 2 }],
  ['for (let j = 0; j < 1; j++) await j; typeof j', 'undefined', {}],
  ['let s = 0\nfor await (const v of [1, Promise.resolve(2)]) s += v\ns', 3, { s: 3 }],
  ['if (await true) var y = 5\ny // the end', 5, { y: 5 }],
  ['await 0\nlet [p] = [6]\np;', 6, { p: 6 }],
  ['var g = (() => { var own = 1; return own })(); await g', 1, { g: 1 }],
])('with await: %s', async (source, value, globals) => {
  const context: Record<string, unknown> = {};
  const result: unknown = await runInNewContext(notebookSource(source), context);
  expect(result).toEqual(value);
  for (const [name, expected] of Object.entries(globals)) {
    expect(JSON.stringify(context[name])).toBe(JSON.stringify(expected));
  }
  expect('own' in context).toBe(false);
});

test('code after which nothing comes is rewritten only when it may await at the top level', () => {
  expect(singleSource('let x = 1')).toBe('let x = 1');
  expect(singleSource('let x = await 1')).toBe(notebookSource('let x = await 1'));
});
