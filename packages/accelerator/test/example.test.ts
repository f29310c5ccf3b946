import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { nativeInstalled } from './native-installed.js';

const script = fileURLToPath(new URL('../examples/compile.mjs', import.meta.url));

test('examples/compile.mjs learns, and its graph computes what its function computes', {
  timeout: 120_000,
}, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const value = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
  const native = nativeInstalled();
  expect(stdout).toContain(`backend: ${native ? 'native' : 'wasm'}`);
  expect(value(/^loss: .* to (\S+)$/m)).toBeLessThan(value(/^loss: (\S+) to/m) / 4);
  expect(value(/^greatest difference .*: (\S+)$/m)).toBeLessThan(1e-5);
  expect(value(/^graphs: (\S+)$/m)).toBe(native ? 1 : 0);
  expect(value(/^graphs after .*: (\d+),/m)).toBe(native ? 2 : 0);
});
