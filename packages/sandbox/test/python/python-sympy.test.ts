import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/index.js';
import { cache, pythonSandbox, startTimeout, withoutPython } from './python-sandbox.js';

const wheels = ['sympy-1.14.0-py3-none-any.whl', 'mpmath-1.3.0-py3-none-any.whl'];
const python = ['python3', 'python'].find((name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0);
const skipped = withoutPython || (python === undefined && !process.env['CI']);
if (python === undefined) console.warn('sympy is not tested: there is no Python with pip to fetch its wheels');

/** Wheels from the index that pip is set up for, kept in the cache. @throws Error with what pip said */
function fetchWheels(): string[] {
  const folder = join(cache, 'wheels');
  mkdirSync(folder, { recursive: true });
  for (const wheel of wheels) {
    if (existsSync(join(folder, wheel))) continue;
    const [name, version] = wheel.split('-');
    const args = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--no-input',
      '--quiet',
      '--dest',
      folder,
      `${name}==${version}`,
    ];
    const { status, stderr } = spawnSync(python ?? 'python3', args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`pip cannot fetch ${wheel}: ${stderr}`);
  }
  return wheels.map((wheel) => join(folder, wheel));
}

describe.skipIf(skipped)('sympy', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await pythonSandbox({ wheels: fetchWheels(), imports: ['sympy'], limits: { cpuMs: 10_000 } });
  }, 2 * startTimeout);
  afterAll(() => sandbox?.close());

  test('is there from the first step, and keeps its symbols from step to step', async () => {
    await using session = await sandbox.session();
    expect(await session.run('from sympy import *\nx = symbols("x")')).toEqual({ status: 'ok', text: '' });
    // (x - 2)(x - 3)
    expect(await session.run('solve(x**2 - 5*x + 6, x)')).toEqual({ status: 'ok', text: '[2, 3]' });
    // The integral of x e^x over [0, 1] is [(x - 1) e^x] = 0 - (-1) = 1.
    expect(await session.run('integrate(x * exp(x), (x, 0, 1))')).toEqual({ status: 'ok', text: '1' });
    expect(await session.run('N(pi, 30)')).toEqual({ status: 'ok', text: '3.14159265358979323846264338328' });
  }, 60_000);
});
