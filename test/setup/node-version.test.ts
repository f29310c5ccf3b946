import { describe, expect, test } from 'vitest';
import { compareVersions, parseVersion, satisfiesMinimum } from '../../scripts/setup/node-version.mjs';

test.each([
  ['24.21.0', [24, 21, 0]],
  ['v20.20.2', [20, 20, 2]],
  ['22.12', [22, 12, 0]],
  ['22', [22, 0, 0]],
  ['25.0.0-nightly20260101', [25, 0, 0]],
])('parseVersion reads %s', (text, expected) => {
  expect(parseVersion(text)).toEqual(expected);
});

test.each(['', 'latest', '24.x', '1.2.3.4'])('parseVersion refuses "%s"', (text) => {
  expect(() => parseVersion(text)).toThrow(RangeError);
});

test('versions are compared as numbers, not as text', () => {
  expect(compareVersions('22.9.0', '22.12.0')).toBeLessThan(0);
  expect(compareVersions('24.0.0', '22.12.0')).toBeGreaterThan(0);
  expect(compareVersions('v22.12', '22.12.0')).toBe(0);
});

describe('satisfiesMinimum', () => {
  test.each([
    ['20.20.2', false],
    ['22.11.9', false],
    ['22.12.0', true],
    ['24.21.0', true],
  ])('%s in >=22.12: %s', (version, expected) => {
    expect(satisfiesMinimum(version, '>=22.12')).toBe(expected);
  });

  test('refuses a range of another form', () => {
    expect(() => satisfiesMinimum('22.12.0', '^22')).toThrow('got "^22"');
  });
});
