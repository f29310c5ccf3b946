import { expect, test } from 'vitest';
import { findPython, isGoodEnough } from './find-python.js';

test.each([
  ['3.11.7', true],
  ['3.14.0', true],
  ['3.10.12', false],
  ['3.15.0', false],
  ['2.7.18', false],
  ['4.11.0', false],
  ['', false],
])('%j: %s', (version, good) => {
  expect(isGoodEnough(version)).toBe(good);
});

test('one that is named and is not there is told', async () => {
  const found = await findPython({ TURNWISE_PYTHON: '/no/such/python' });
  expect(found).toEqual({
    reason:
      'Python 3.11 to 3.14 with venv is needed for PyTorch (/no/such/python: not there); name one in TURNWISE_PYTHON',
  });
});
