import { expect, test } from 'vitest';
import { strftime } from './strftime.js';

test('fields are those of Python in the C locale, in UTC', () => {
  // From Python: datetime(2024, 2, 29, 7, 5, 9).strftime(...).
  const time = new Date('2024-02-29T07:05:09Z');
  expect(strftime(time, '%Y-%m-%d %y %b %B %a %A %H:%M:%S %j %% %q')).toBe(
    '2024-02-29 24 Feb February Thu Thursday 07:05:09 060 % %q',
  );
  expect(strftime(new Date('2023-12-31T23:59:59Z'), '%d %b %Y %j')).toBe('31 Dec 2023 365');
});
