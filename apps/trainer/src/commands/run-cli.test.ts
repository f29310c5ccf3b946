import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { fakeEngine } from '../../test/fake-engine.js';
import { BASE_DIRECTORY } from '../train/base-directory.js';
import type { CommandContext, Engine } from './context.js';
import type { SignalSource } from './interruption.js';
import { runCli } from './run-cli.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cli-'));
});

async function cli(args: string, options: { engine?: Engine; process?: SignalSource } = {}) {
  const written = { out: '', err: '' };
  const into = (name: 'out' | 'err') => ({
    write(text: string) {
      written[name] += text;
    },
  });
  const context: CommandContext = {
    cwd,
    environment: {},
    stdout: into('out'),
    stderr: into('err'),
    process: options.process ?? Object.assign(new EventEmitter(), { exit: () => undefined }),
    now: () => Date.UTC(2026, 0, 31, 12),
    engine: async () => options.engine ?? fakeEngine(),
    version: '0.1.0',
  };
  const code = await runCli(
    args.split(' ').filter((arg) => arg !== ''),
    context,
  );
  return { code, ...written };
}

describe('the command line', () => {
  it('shows commands, the options of train, examples and exit codes', async () => {
    const { code, out } = await cli('--help');
    expect(code).toBe(0);
    for (const text of ['resume', 'compare', '--turn-reward <on|off>', 'Examples:', 'Exit codes: 0 done']) {
      expect(out).toContain(text);
    }
  });

  it('names the nearest option and command, with exit code 2 and no folder left', async () => {
    const option = await cli('--algoritm grpo');
    expect(option.code).toBe(2);
    expect(option.err).toContain("unknown option '--algoritm'");
    expect(option.err).toContain('Did you mean --algorithm?');
    const command = await cli('resme runs/x');
    expect(command.code).toBe(2);
    expect(command.err).toContain('Did you mean resume?');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('says of a bad value which option it is, with exit code 2', async () => {
    const { code, err } = await cli('train --group-size 1');
    expect(code).toBe(2);
    expect(err).toMatch(/^error: --group-size: .*, got 1\n$/);
  });

  it('tells a failure with exit code 1 and how to resume what was saved', async () => {
    const gone = fakeEngine({
      beforeUpdate: () => {
        throw new Error('the sandbox is gone');
      },
    });
    const { code, err } = await cli('--updates 3 --out mine', { engine: gone });
    expect(code).toBe(1);
    expect(err).toBe('error: the sandbox is gone\nNothing was saved yet; mine can be removed.\n');

    const process = Object.assign(new EventEmitter(), { exit: () => undefined });
    await cli('--updates 3 --out saved', {
      engine: fakeEngine({ beforeUpdate: () => process.emit('SIGINT') }),
      process: process as SignalSource & EventEmitter,
    });
    expect((await cli('resume saved', { engine: gone })).err).toBe(
      'error: the sandbox is gone\nWhat was saved is in saved: turnwise resume saved\n',
    );
  });
});

describe('train', () => {
  it('trains without a command word into a new folder under runs/', async () => {
    const { code, out } = await cli('--updates 2 --seed 3');
    expect(code).toBe(0);
    const [name = ''] = await readdir(join(cwd, 'runs'));
    expect(name).toMatch(/^2026-01-31_\d\d-\d\d-\d\d_gtpo_s3$/);
    const record = JSON.parse(await readFile(join(cwd, 'runs', name, 'run.json'), 'utf8')) as { config: object };
    expect(record.config).toMatchObject({ updates: 2, seed: 3, algorithm: 'gtpo' });
    expect(out).toMatch(/2\/2\s+0\.200\s+20\.0 %/);
    expect(existsSync(join(cwd, 'runs', name, 'lock.json'))).toBe(false);
  });

  it('refuses a folder that exists, with the two ways on', async () => {
    await mkdir(join(cwd, 'mine'));
    const { code, err } = await cli('--out mine');
    expect(code).toBe(2);
    expect(err).toContain(`turnwise resume ${join(cwd, 'mine')}; or choose another folder: --out`);
  });

  it('prints with --json one JSON line to stdout and the rest to stderr', async () => {
    const { code, out, err } = await cli('--updates 1 --out mine --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ status: 'finished', updates: 1, directory: join(cwd, 'mine') });
    expect(err).toContain('1/1');
  });

  it('reads task file, modules and policy before it makes a folder', async () => {
    await writeFile(join(cwd, 'bad.jsonl'), '{"id":"a"}\n');
    const tasks = await cli('--tasks bad.jsonl --out mine');
    expect(tasks.code).toBe(2);
    expect(tasks.err).toContain(`${join(cwd, 'bad.jsonl')}:1: family: expected string, got nothing`);
    const reward = await cli('--reward ./none.ts --out mine');
    expect(reward.code).toBe(2);
    expect(reward.err).toContain('--reward ./none.ts: no such file');
    await mkdir(join(cwd, 'half'));
    await writeFile(join(cwd, 'half', 'config.json'), '{}');
    const policy = await cli('--policy half --out mine');
    expect(policy.code).toBe(2);
    expect(policy.err).toBe(`error: --policy ${join(cwd, 'half')}: lacks tokenizer.json\n`);
    await cp(BASE_DIRECTORY, join(cwd, 'other'), { recursive: true });
    const config = JSON.parse(await readFile(join(cwd, 'other', 'config.json'), 'utf8'));
    await writeFile(join(cwd, 'other', 'config.json'), JSON.stringify({ ...config, intermediate_size: 40 }));
    const misshapen = await cli('--policy other --out mine');
    expect(misshapen.code).toBe(2);
    expect(misshapen.err).toBe(
      `error: --policy ${join(cwd, 'other')}: ${join(cwd, 'other', 'model.safetensors')}: ` +
        'model.layers.0.mlp.gate_proj.weight: the shape [40,128], got [344,128]\n',
    );
    expect(existsSync(join(cwd, 'mine'))).toBe(false);
  });

  it('reads the tokenizer of a policy before it makes a folder', async () => {
    await cp(BASE_DIRECTORY, join(cwd, 'other'), { recursive: true });
    const path = join(cwd, 'other', 'tokenizer.json');
    const tokenizer = JSON.parse(await readFile(path, 'utf8'));
    const refusal = async (text: string) => {
      await writeFile(path, text);
      const { code, err } = await cli('--policy other --out mine');
      expect(code).toBe(2);
      return err;
    };
    expect(await refusal('{"model"')).toContain(`error: --policy ${join(cwd, 'other')}: ${path}: `);
    const more = [...tokenizer.added_tokens, { id: 105, content: '<more>', special: true }];
    expect(await refusal(JSON.stringify({ ...tokenizer, added_tokens: more }))).toContain(
      "vocab_size of the model must be at least the tokenizer's largest id plus one, 106, got 105",
    );
    const tagless = tokenizer.added_tokens.slice(0, 1);
    expect(await refusal(JSON.stringify({ ...tokenizer, added_tokens: tagless }))).toContain(
      'a model must have a chat template, or a vocabulary with the tags of the tagged format',
    );
    expect(existsSync(join(cwd, 'mine'))).toBe(false);
  });
});

describe('train without native TensorFlow', () => {
  const passedOver = [{ backend: 'native', reason: 'it is not installed', mend: 'npm run setup' }] as const;
  const engine = fakeEngine({ backend: { name: 'wasm', passedOver } });

  it('says so and takes a smaller default, under what the user asked for', async () => {
    const { code, out } = await cli('--out mine --eval-tasks 7', { engine });
    expect(code).toBe(0);
    expect(out).toMatch(/^Native TensorFlow cannot be had \(it is not installed\)/);
    const record = JSON.parse(await readFile(join(cwd, 'mine', 'run.json'), 'utf8')) as { config: object };
    expect(record.config).toMatchObject({ updates: 20, tasksPerUpdate: 6, evalTasks: 7 });
  });

  it('refuses --backend native and leaves no folder', async () => {
    const { code, err } = await cli('--out mine --backend native', { engine });
    expect(code).toBe(2);
    expect(err).toContain('--backend native: cannot be had: it is not installed; to mend it: npm run setup');
    expect(existsSync(join(cwd, 'mine'))).toBe(false);
  });
});

describe('resume', () => {
  async function interrupted(): Promise<void> {
    const process = Object.assign(new EventEmitter(), { exit: () => undefined });
    const engine = fakeEngine({
      beforeUpdate: (update) => {
        if (update === 2) process.emit('SIGINT');
      },
    });
    const { code, out } = await cli('--updates 4 --out mine', {
      engine,
      process: process as SignalSource & EventEmitter,
    });
    expect(code).toBe(130);
    expect(out).toContain('Interrupted: finishing this update, then saving.');
    expect(out).toContain(`Go on with: turnwise resume ${join(cwd, 'mine')}`);
  }

  it('goes on where Ctrl-C stopped and ends with the lines of a run that was not interrupted', async () => {
    await interrupted();
    const { code, out } = await cli('resume mine');
    expect(code).toBe(0);
    expect(out).toContain('going on after update 2');
    await cli('--updates 4 --out whole');
    const metrics = (run: string) => readFile(join(cwd, run, 'metrics.jsonl'), 'utf8');
    expect(await metrics('mine')).toBe(await metrics('whole'));
    expect((await cli('resume mine')).out).toContain('mine is finished: nothing to resume.');
  });

  it('takes options that are those of the run and refuses others by name', async () => {
    await interrupted();
    const { code, err } = await cli('resume mine --learning-rate 0.001 --discount 0.9');
    expect(code).toBe(2);
    expect(err).toContain('learningRate: the run has 0.0005, given 0.001');
    expect(err).not.toContain('discount');
    expect((await cli('resume mine --updates 4 --algorithm gtpo')).code).toBe(0);
  });

  it('refuses a changed module by name', async () => {
    await writeFile(join(cwd, 'r.mjs'), 'export default () => ({ parts: {} });');
    const engine = fakeEngine({
      beforeUpdate: () => {
        throw new Error('stop');
      },
    });
    await cli('--reward ./r.mjs --out mine', { engine });
    await writeFile(join(cwd, 'r.mjs'), 'export default () => ({ parts: { a: [] } });');
    const { code, err } = await cli('resume mine');
    expect(code).toBe(2);
    expect(err).toContain(`the reward file ${join(cwd, 'r.mjs')} is not the one this run began with`);
  });

  it('says what a folder lacks that is no run', async () => {
    expect((await cli('resume nowhere')).err).toContain('cannot be read, so its folder is no run');
  });
});

describe('eval and compare', () => {
  it('evaluates the last checkpoint', async () => {
    await cli('--updates 1 --out mine');
    const { code, out } = await cli('eval mine');
    expect(code).toBe(0);
    expect(out).toMatch(/^all\s+4\s+75\.0 \[/m);
    const { out: json } = await cli('eval mine --json');
    expect(JSON.parse(json)).toMatchObject({ accuracy: 0.75, update: 1 });
  });

  it('prints the paired difference of two runs and what they were told differently', async () => {
    await cli('--updates 1 --out a');
    await cli('--updates 1 --out b --algorithm grpo');
    const { code, out } = await cli('compare a b');
    expect(code).toBe(0);
    expect(out).toContain('algorithm: "gtpo" / "grpo"');
    expect(out).toMatch(/^all, sampled\s+4\s+75\.0 %\s+75\.0 %\s+\+0\.0\s+\[0\.0, 0\.0\]/m);
    const { out: json } = await cli('compare a --against b --json');
    expect(JSON.parse(json)).toMatchObject({ comparisons: [{ left: 'a', right: 'b', seeds: [1] }] });
  });

  it('refuses a lone run', async () => {
    await cli('--updates 1 --out a');
    const { code, err } = await cli('compare a');
    expect(code).toBe(2);
    expect(err).toContain('expected at least two runs, got one');
  });
});

describe('sft, check-learning and check-base', () => {
  it.each([
    ['check-learning --seeds 1,x', '--seeds: must be whole numbers, each once, got "x"'],
    ['check-learning --seeds 1,2,1', '--seeds: must be whole numbers, each once, got "1"'],
    ['check-learning --settings gtpo,gpro', '--settings: must be of gtpo, format only, grpo, got "gpro"'],
    ['sft --out b --rows-per-step 0', '--rows-per-step: Too small: expected number to be >=1'],
    ['check-base --eval-tasks 0', '--eval-tasks: must be an integer of at least 1, got 0'],
    ['check-base --eval-tasks many', '--eval-tasks: must be an integer of at least 1, got many'],
  ])('%s is refused', async (args, message) => {
    const { code, err } = await cli(args);
    expect(code).toBe(2);
    expect(err).toBe(`error: ${message}\n`);
  });

  it('does not report a run that was made otherwise', async () => {
    await cli('--updates 1 --out all/gtpo-s1');
    const { code, err } = await cli('check-learning --out all --seeds 1 --settings gtpo');
    expect(code).toBe(2);
    expect(err).toContain(`${join(cwd, 'all', 'gtpo-s1')}: a run that was made otherwise:\n  updates: the run has 1,`);
  });
});
