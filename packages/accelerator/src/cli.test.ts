import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../test/temporary-folder.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const env = { ...environment, HOME: temporaryFolder(), PATH: '' };
  return spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env });
}

test('install that cannot succeed exits with 1 and one line on standard error', () => {
  const environment = { PIP_NO_INDEX: '1', PIP_CONFIG_FILE: '/dev/null' };
  const { status, stdout, stderr } = run(['install', '--cache', temporaryFolder()], environment);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^[^\n]+; name an index with TURNWISE_PYTHON_INDEX[^\n]+\n$/);
});

test('doctor --json is one JSON value, whatever is installed', () => {
  const { status, stdout, stderr } = run(['doctor', '--json']);
  expect(status).toBe(0);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    backend: 'wasm',
    missing: [{ backend: 'native' }, { backend: 'webgpu' }],
  });
});

test('an unknown option exits with 1 and says which', () => {
  const { status, stderr } = run(['install', '--form', 'x']);
  expect(status).toBe(1);
  expect(stderr).toMatch(/unknown option '--form'.*\n.*--from/);
});
