import { expect, test } from 'vitest';
import { defaultSandboxLimits, resolveSandboxLimits } from './sandbox-limits.js';

test('what is missing comes from the defaults; wallMs is twice cpuMs', () => {
  expect(resolveSandboxLimits()).toEqual(defaultSandboxLimits);
  expect(resolveSandboxLimits({ cpuMs: 300, memoryMb: 64 })).toEqual({
    ...defaultSandboxLimits,
    cpuMs: 300,
    wallMs: 600,
    memoryMb: 64,
  });
  expect(resolveSandboxLimits({ cpuMs: 300, wallMs: 350 }).wallMs).toBe(350);
});

test('what is out of range is named with its value', () => {
  expect(() => resolveSandboxLimits({ cpuMs: 0 })).toThrow(
    'limits.cpuMs: must be an integer from 10 to 1073741824, got 0',
  );
  expect(() => resolveSandboxLimits({ valueBytes: 100.5 })).toThrow('limits.valueBytes: must be an integer from 64');
  expect(() => resolveSandboxLimits({ cpuMs: 100, wallMs: 50 })).toThrow(
    'limits.wallMs: must be at least cpuMs (100), got 50',
  );
  const misspelt: object = { memoryMB: 64 };
  expect(() => resolveSandboxLimits(misspelt)).toThrow('limits: a name must be one of cpuMs, wallMs');
});
