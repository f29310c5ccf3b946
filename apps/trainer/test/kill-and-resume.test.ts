import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
afterAll(() => rm(root, { recursive: true }));

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
async function contentOf(name: string, weightsFile = 'model.safetensors'): Promise<Record<string, string>> {
  const directory = join(root, name, 'run');
  const text = (path: string) => readFile(join(directory, path), 'utf8');
  const [checkpoint = ''] = await readdir(join(directory, 'checkpoints'));
  const { status, evaluation } = JSON.parse(await text('run.json')) as Record<string, unknown>;
  const weights = await readFile(join(directory, 'checkpoints', checkpoint, weightsFile));
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

describe('a run that trains adapters', () => {
  const lora = ['--lora', '2', '--lora-alpha', '8', '--lora-targets', 'q_proj,v_proj'];
  const folderOf = async (name: string) => {
    const checkpoints = join(root, name, 'run', 'checkpoints');
    return join(checkpoints, (await readdir(checkpoints))[0] as string);
  };

  beforeAll(async () => {
    await mkdir(join(root, 'lora'));
    expect(await run([...training, ...sizes, ...lora, '--out', join('lora', 'run')])).toBe(0);
  }, 300_000);

  it('ends like one that was not stopped; its checkpoint is the adapter that was asked for', async () => {
    await mkdir(join(root, 'lora-killed'));
    const out = join('lora-killed', 'run');
    const stop = { at: ' 3/5 ', signal: 'SIGKILL' } as const;
    expect(await run([...training, ...sizes, ...lora, '--out', out], stop)).toBe('SIGKILL');
    expect(await run(['resume', out])).toBe(0);
    const file = 'adapter_model.safetensors';
    expect(await contentOf('lora-killed', file)).toEqual(await contentOf('lora', file));
    const folder = await folderOf('lora');
    expect(await readdir(folder)).not.toContain('model.safetensors');
    const config: unknown = JSON.parse(await readFile(join(folder, 'adapter_config.json'), 'utf8'));
    expect(config).toMatchObject({
      peft_type: 'LORA',
      r: 2,
      lora_alpha: 8,
      target_modules: ['q_proj', 'v_proj'],
      base_model_name_or_path: join(root, 'tiny'),
    });
  }, 300_000);

  it('is evaluated, and its adapter is a policy to start from, whose model must not change', async () => {
    expect(await run(['eval', join('lora', 'run'), '--eval-tasks', '2'])).toBe(0);
    await mkdir(join(root, 'on-adapter'));
    const out = join('on-adapter', 'run');
    const args = ['--policy', await folderOf('lora'), ...training.slice(2), ...sizes, '--out', out];
    expect(await run(args, { at: ' 3/5 ', signal: 'SIGKILL' })).toBe('SIGKILL');
    const { inputs } = JSON.parse(await readFile(join(root, out, 'run.json'), 'utf8')) as {
      inputs: { path: string }[];
    };
    const paths = inputs.map(({ path }) => path);
    expect(paths).toContain(join(await folderOf('lora'), 'adapter_model.safetensors'));
    expect(paths).toContain(join(root, 'tiny', 'model.safetensors'));
    expect(await run(['resume', out])).toBe(0);
    // A changed model is told: 2 is wrong input.
    expect(await run(args.with(-1, join('on-adapter', 'again')), { at: ' 3/5 ', signal: 'SIGKILL' })).toBe('SIGKILL');
    await appendFile(join(root, 'tiny', 'config.json'), ' ');
    expect(await run(['resume', join('on-adapter', 'again')])).toBe(2);
  }, 300_000);
});
