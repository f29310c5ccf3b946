import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeTinyPolicy } from './tiny-policy.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const training = ['--policy', 'tiny', '--updates', '5', '--tasks-per-update', '2', '--group-size', '3'];
const sizes = ['--eval-tasks', '2', '--checkpoint-every', '2', '--max-turns', '3', '--max-tokens-per-turn', '16'];

let root: string;
let whole: Readonly<Record<string, string>>;

beforeAll(async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: build the trainer first`);
  root = await mkdtemp(join(tmpdir(), 'kill-'));
  await writeTinyPolicy(join(root, 'tiny'));
  await mkdir(join(root, 'whole'));
  expect(await run([...training, ...sizes, '--out', join('whole', 'run')])).toBe(0);
  whole = await contentOf('whole');
}, 120_000);

/** Runs the trainer; sends `signal` as soon as its output holds `at`. Gives its exit code or the signal's name. */
function run(args: readonly string[], stop?: { at: string; signal: NodeJS.Signals }): Promise<number | string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let sent = false;
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (stop === undefined || sent || !output.includes(stop.at)) return;
      sent = true;
      child.kill(stop.signal);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
}

/** Everything of a run that is deterministic. */
async function contentOf(name: string): Promise<Record<string, string>> {
  const directory = join(root, name, 'run');
  const text = (path: string) => readFile(join(directory, path), 'utf8');
  const [checkpoint = ''] = await readdir(join(directory, 'checkpoints'));
  const { status, evaluation } = JSON.parse(await text('run.json')) as Record<string, unknown>;
  const weights = await readFile(join(directory, 'checkpoints', checkpoint, 'model.safetensors'));
  return {
    checkpoint,
    weights: weights.toString('base64'),
    metrics: await text('metrics.jsonl'),
    trajectories: await text('trajectories.jsonl'),
    evaluation: await text('evaluation.jsonl'),
    outcome: JSON.stringify({ status, evaluation }),
  };
}

describe('a run that is stopped and resumed', () => {
  it.each([
    { moment: 'in the evaluation before training', at: 'evaluating before, greedy' },
    { moment: 'after its first update', at: ' 1/5 ' },
    { moment: 'at its first checkpoint', at: ' 2/5 ' },
    { moment: 'between two checkpoints', at: ' 3/5 ' },
    { moment: 'in the evaluation after training', at: 'evaluating after, sampled' },
  ])(
    'ends like one that was not, killed $moment',
    async ({ moment, at }) => {
      const name = moment.replaceAll(' ', '-');
      await mkdir(join(root, name));
      const out = join(name, 'run');
      expect(await run([...training, ...sizes, '--out', out], { at, signal: 'SIGKILL' })).toBe('SIGKILL');
      expect(await run(['resume', out])).toBe(0);
      expect(await contentOf(name)).toEqual(whole);
    },
    120_000,
  );

  it('ends like one that was not, after Ctrl-C', async () => {
    await mkdir(join(root, 'interrupted'));
    const out = join('interrupted', 'run');
    expect(await run([...training, ...sizes, '--out', out], { at: ' 1/5 ', signal: 'SIGINT' })).toBe(130);
    expect(await run(['resume', out])).toBe(0);
    expect(await contentOf('interrupted')).toEqual(whole);
  }, 120_000);
});
