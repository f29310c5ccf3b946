import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { loadModule } from './load-module.js';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'project-'));
});

async function put(path: string, text: string): Promise<string> {
  const file = join(project, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

describe('loadModule', () => {
  it('loads a TypeScript file with types and a relative import, by its default export', async () => {
    await put('half.ts', 'export const half: number = 0.5;');
    const path = await put(
      'my-reward.ts',
      `import { half } from './half.js';\nexport default function reward(values: readonly number[]): number { return (values[0] as number) * half; }`,
    );
    const loaded = await loadModule(path, 'reward', project);
    expect(loaded.path).toBe(path);
    expect((loaded.run as (values: number[]) => number)([3])).toBe(1.5);
  });

  it('loads a named export, and a CommonJS file', async () => {
    const named = await loadModule(await put('a.mjs', 'export const estimator = () => 1;'), 'estimator', project);
    expect((named.run as () => number)()).toBe(1);
    const common = await loadModule(await put('b.cjs', 'module.exports = () => 2;'), 'estimator', project);
    expect((common.run as () => number)()).toBe(2);
  });

  it('finds a package from the working directory, also one with only an import condition', async () => {
    await put(
      'node_modules/@acme/estimator/package.json',
      '{ "name": "@acme/estimator", "type": "module", "exports": { "import": "./lib/main.js" } }',
    );
    await put('node_modules/@acme/estimator/lib/main.js', 'export default () => 7;');
    const { path, run } = await loadModule('@acme/estimator', 'estimator', project);
    expect(path).toBe(join(project, 'node_modules', '@acme', 'estimator', 'lib', 'main.js'));
    expect((run as () => number)()).toBe(7);
  });

  it.each([
    ['a missing file', () => join(project, 'none.ts'), '--reward ./none.ts: no such file'],
    [
      'a misspelt name',
      () => 'outcom',
      /^--reward outcom: neither built in \(gtpo, grpo, outcome, format\) nor a package/,
    ],
    [
      'no function',
      () => put('x.ts', 'export const rewards = 3;'),
      /--reward .\/x.ts: must export a function as default or as "reward", exports rewards \(number\)/,
    ],
    [
      'an error in the file',
      () => put('y.ts', 'throw new Error("no key");'),
      '--reward ./y.ts: could not be loaded: no key',
    ],
    ['broken syntax', () => put('z.ts', 'export default ((;'), /--reward .\/z.ts: could not be loaded: /],
  ])('says what is wrong with %s', async (_, specifier, message) => {
    const loading = loadModule(await specifier(), 'reward', project);
    await expect(loading).rejects.toThrow(UsageError);
    await expect(loading).rejects.toThrow(message);
  });
});
