import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { median } from '../src/learning/learning-verdict.js';
import type { TelemetryRecord } from '../src/train-observer.js';
import { writeTinyPolicy } from './tiny-policy.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const UPDATES = 200;
/** Updates after which every graph is compiled and every cache has its size. */
const WARM = 60;

it(`uses no more memory after ${UPDATES} updates than after ${WARM}`, async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: build the trainer first`);
  const root = await mkdtemp(join(tmpdir(), 'memory-'));
  await writeTinyPolicy(join(root, 'tiny'));
  const sizes = ['--tasks-per-update', '3', '--group-size', '4', '--max-turns', '3', '--max-tokens-per-turn', '16'];
  const args = ['--policy', 'tiny', '--updates', String(UPDATES), '--eval-tasks', '0', '--out', 'run', ...sizes];
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);

  const text = await readFile(join(root, 'run', 'telemetry.jsonl'), 'utf8');
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TelemetryRecord & { tensors: number });
  expect(records).toHaveLength(UPDATES);
  const tensors = records.slice(WARM).map((record) => record.tensors);
  expect(Math.max(...tensors)).toBe(Math.min(...tensors));
  const rss = (from: number, to: number) => median(records.slice(from, to).map(({ rssBytes }) => rssBytes));
  // A leak of one batch per update, the smallest thing there is to leak, would be 140 times that batch.
  expect(rss(UPDATES - 40, UPDATES)).toBeLessThan(1.1 * rss(WARM, WARM + 40));
}, 300_000);
