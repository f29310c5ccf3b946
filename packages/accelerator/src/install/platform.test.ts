import { expect, test } from 'vitest';
import { machineName, platformOf, thisMachine } from './platform.js';

test.each([
  ['linux', 'x64', true, 'linux-x64'],
  ['linux', 'arm64', true, 'linux-arm64'],
  ['darwin', 'arm64', true, 'darwin-arm64'],
  ['linux', 'x64', false, null],
  ['darwin', 'x64', true, null],
  ['win32', 'x64', true, null],
  ['linux', 'riscv64', true, null],
] as const)('%s %s (glibc %s) is %s', (os, arch, glibc, platform) => {
  expect(platformOf({ os, arch, glibc })).toBe(platform);
});

test('a machine without glibc is named so', () => {
  expect(machineName({ os: 'linux', arch: 'x64', glibc: false })).toBe('linux-x64-musl');
  expect(machineName(thisMachine())).toContain(process.arch);
});
