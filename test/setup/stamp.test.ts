import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  installHash,
  isBuilt,
  isInstalled,
  outputsHash,
  readStamp,
  sourcesHash,
  writeStamp,
} from '../../scripts/setup/stamp.mjs';

let root = '';
const write = (path: string, content = '') => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'turnwise-stamp-'));
  write('package.json', '{}');
  write('pnpm-lock.yaml', 'lock');
  write('apps/trainer/package.json', '{"name":"turnwise"}');
  write('apps/trainer/src/index.ts', 'export const one = 1;');
  write('apps/trainer/dist/index.js', 'export const one = 1;');
  write('packages/gtpo/package.json', '{"name":"@turnwise/gtpo"}');
  write('packages/gtpo/src/loss/index.ts', 'export const two = 2;');
  write('packages/gtpo/dist/index.js', 'export const two = 2;');
  for (const folder of ['.', 'apps/trainer', 'packages/gtpo']) write(`${folder}/node_modules/.keep`);
  write('node_modules/.modules.yaml');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const complete = () => ({
  install: installHash(root),
  build: { sources: sourcesHash(root), outputs: outputsHash(root) },
});

test('a stamp is read back, and a torn or missing one counts as none', () => {
  expect(readStamp(root)).toEqual({});
  const stamp = complete();
  writeStamp(root, stamp);
  expect(readStamp(root)).toEqual(stamp);
  write('.cache/setup.json', '{"install": "ab');
  expect(readStamp(root)).toEqual({});
});

test('nothing changed: nothing to do', () => {
  const stamp = complete();
  expect(isInstalled(root, stamp)).toBe(true);
  expect(isBuilt(root, stamp)).toBe(true);
});

test('a new time on an unchanged source is no change', () => {
  const stamp = complete();
  utimesSync(join(root, 'packages/gtpo/src/loss/index.ts'), 1, 1);
  expect(isBuilt(root, stamp)).toBe(true);
});

test.each([
  ['another lockfile', () => write('pnpm-lock.yaml', 'lock 2')],
  ['another package.json', () => write('packages/gtpo/package.json', '{"name":"@turnwise/gtpo","version":"2.0.0"}')],
  ['a new package', () => write('packages/renderer/package.json', '{}')],
  ['node_modules removed', () => rmSync(join(root, 'node_modules'), { recursive: true })],
  ['node_modules of a package removed', () => rmSync(join(root, 'packages/gtpo/node_modules'), { recursive: true })],
])('%s: dependencies are installed again', (_name, change) => {
  const stamp = complete();
  change();
  expect(isInstalled(root, stamp)).toBe(false);
});

test.each([
  ['an edited source', () => write('packages/gtpo/src/loss/index.ts', 'export const two = 3;')],
  ['a new source', () => write('packages/gtpo/src/new.ts', '')],
  ['a removed source', () => rmSync(join(root, 'apps/trainer/src/index.ts'))],
  ['other compiler options', () => write('tsconfig.base.json', '{}')],
  ['a removed dist', () => rmSync(join(root, 'packages/gtpo/dist'), { recursive: true })],
  ['a dist that another program wrote', () => write('packages/gtpo/dist/index.js', 'export const two = 22;')],
])('%s: built again', (_name, change) => {
  const stamp = complete();
  change();
  expect(isBuilt(root, stamp)).toBe(false);
});

test('a new test file is nothing to build', () => {
  const stamp = complete();
  write('packages/gtpo/src/loss/index.test.ts', '');
  expect(isBuilt(root, stamp)).toBe(true);
});
