import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultOut } from './default-out.js';

it('names a run by time, algorithm and seed, never one that is there', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'out-'));
  const date = new Date(2026, 0, 31, 14, 5, 9);
  const first = defaultOut(cwd, 'gtpo', 3, date);
  expect(first).toBe(join(cwd, 'runs', '2026-01-31_14-05-09_gtpo_s3'));
  mkdirSync(first, { recursive: true });
  expect(defaultOut(cwd, 'gtpo', 3, date)).toBe(`${first}-2`);
  mkdirSync(`${first}-2`);
  expect(defaultOut(cwd, 'gtpo', 3, date)).toBe(`${first}-3`);
});
