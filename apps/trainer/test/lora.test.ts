import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTinyChatPolicy } from './tiny-policy.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lora-'));
});
afterAll(() => rm(root, { recursive: true }));

async function run(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
    });
  }
  return { code: await new Promise((resolve) => child.on('exit', resolve)), output };
}

it('trains adapters, whose checkpoint names the model, and evaluates them', async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: build the trainer first`);
  await writeTinyChatPolicy(join(root, 'tiny'));
  const model = await readFile(join(root, 'tiny', 'model.safetensors'));
  const sizes = ['--tasks-per-update', '2', '--group-size', '2', '--max-turns', '2', '--max-tokens-per-turn', '16'];
  const adapters = ['--lora', '2', '--lora-alpha', '6', '--lora-targets', 'q_proj,down_proj'];
  const args = ['--policy', 'tiny', '--updates', '2', '--eval-tasks', '1', '--out', 'run', ...sizes, ...adapters];
  const trained = await run(...args);
  expect(trained.code, trained.output).toBe(0);
  const [name = ''] = await readdir(join(root, 'run', 'checkpoints'));
  const checkpoint = join(root, 'run', 'checkpoints', name);
  expect(await readdir(checkpoint)).toEqual(
    expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors', 'optimizer.safetensors']),
  );
  expect(await readdir(checkpoint)).not.toContain('model.safetensors');
  expect(JSON.parse(await readFile(join(checkpoint, 'adapter_config.json'), 'utf8'))).toMatchObject({
    r: 2,
    lora_alpha: 6,
    target_modules: ['q_proj', 'down_proj'],
    base_model_name_or_path: join(root, 'tiny'),
  });
  expect(await readFile(join(root, 'tiny', 'model.safetensors'))).toEqual(model);
  // What the sampler said of each token it chose is what the learner computes: a metric of every update.
  const metrics = (await readFile(join(root, 'run', 'metrics.jsonl'), 'utf8')).trim().split('\n');
  expect(metrics).toHaveLength(2);
  for (const line of metrics) expect(JSON.parse(line).logprobDifference).toBeLessThan(1e-4);
  const evaluated = await run('eval', 'run', '--eval-tasks', '1');
  expect(evaluated.code, evaluated.output).toBe(0);
}, 600_000);

it('refuses what does not go together, by the option', async () => {
  await writeTinyChatPolicy(join(root, 'other'));
  const alone = await run('--policy', 'other', '--lora-alpha', '4');
  expect([alone.code, alone.output]).toEqual([
    2,
    'error: --lora-alpha 4: has no effect, no adapters are trained (it goes with --lora RANK)\n',
  ]);
  const unknown = await run('--policy', 'other', '--lora', '4', '--lora-targets', 'c_attn');
  expect(unknown.code).toBe(2);
  expect(unknown.output).toContain('lora.targets: modules of the model (q_proj, k_proj');
}, 300_000);
