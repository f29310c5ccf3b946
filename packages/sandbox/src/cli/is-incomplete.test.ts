import { expect, test } from 'vitest';
import { isIncomplete } from './is-incomplete.js';

test.each([
  ['1 + 1', false],
  ['function f() {', true],
  ['function f() {\n}', false],
  ['[1,', true],
  ['`a', true],
  ['let = ', true],
  ['await f(', true],
  ['1 +* 2', false],
  ['}', false],
])('JavaScript %j is incomplete: %s', (source, incomplete) => {
  expect(isIncomplete('javascript', source)).toBe(incomplete);
});

test.each([
  ['1 + 1', false],
  ['def f():', true],
  ['def f():\n  return 1', true],
  ['def f():\n  return 1\n', false],
  ['f(1,', true],
  ['"(" + "["', false],
  ['"""a', true],
  ['"""a\nb"""', false],
  ['x = 1 # if so:', false],
  ['x = {"a": 1}', false],
])('Python %j is incomplete: %s', (source, incomplete) => {
  expect(isIncomplete('python', source)).toBe(incomplete);
});
