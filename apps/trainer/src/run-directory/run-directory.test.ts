import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { crash, faultyFileSystem, noSpace } from '../../test/faulty-file-system.js';
import { sha256 } from '../config/sha256.js';
import { trainConfigSchema } from '../config/train-config.js';
import { UsageError } from '../usage-error.js';
import { createRunDirectory } from './create-run-directory.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { openForResume } from './open-for-resume.js';
import type { RunDirectory } from './run-directory.js';
import type { RunInput } from './run-record.js';

const config = trainConfigSchema.parse({ updates: 3 });
let root: string;
let out: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-'));
  out = join(root, 'runs', 'first');
});

const create = (fileSystem: FileSystem = nodeFileSystem, inputs: RunInput[] = []) =>
  createRunDirectory(out, { config, inputs, details: { seeds: [1] } }, fileSystem);

/** A run in miniature: from its state on, one line per update and a checkpoint after each. */
async function goOn(run: RunDirectory, fileSystem: FileSystem, updates = 3): Promise<void> {
  for (let update = run.state.update + 1; update <= updates; update++) {
    await run.logs.trajectories.append({ update, sample: 0 }, { update, sample: 1 });
    await run.logs.metrics.append({ update, reward: update / 8 });
    await run.checkpoint(update, (directory) =>
      fileSystem.writeFile(join(directory, 'model.safetensors'), `weights ${update}`),
    );
  }
  await run.updateRecord({ status: 'finished' });
  await run.close();
}

const metrics = () => readFile(join(out, 'metrics.jsonl'), 'utf8');
const whole = '{"update":1,"reward":0.125}\n{"update":2,"reward":0.25}\n{"update":3,"reward":0.375}\n';

describe('RunDirectory', () => {
  it('keeps the logs, the last checkpoint and the record', async () => {
    const run = await create();
    await goOn(run, nodeFileSystem);
    expect(await metrics()).toBe(whole);
    expect(await readdir(join(out, 'checkpoints'))).toEqual(['update-000003']);
    expect(JSON.parse(await readFile(join(out, 'run.json'), 'utf8'))).toMatchObject({
      name: 'first',
      status: 'finished',
      seeds: [1],
      config: { updates: 3 },
    });
    expect(existsSync(join(out, 'lock.json'))).toBe(false);
  });

  it('refuses a folder that exists, naming the two ways on', async () => {
    await mkdir(out, { recursive: true });
    await expect(create()).rejects.toThrow(UsageError);
    await expect(create()).rejects.toThrow(/exists already.*turnwise resume .*first; or .*--out/);
  });

  it('survives a death before, in the middle of and after every single operation', async () => {
    let operations = 0;
    await goOn(
      await create(faultyFileSystem(() => void operations++)),
      faultyFileSystem(() => void operations++),
    );
    await rm(out, { recursive: true });
    expect(operations).toBeGreaterThan(40);
    const resumedAt = new Set<number>();
    for (const tear of [false, true]) {
      for (let fatal = 0; fatal < operations; fatal++) {
        let count = 0;
        const dying = faultyFileSystem(() => {
          const now = count++;
          if (now > fatal || (now === fatal && !tear)) throw crash();
          return now === fatal ? 'tear' : undefined;
        });
        await dieOnTheWay(dying);
        if (existsSync(out)) resumedAt.add(await expectConsistentAndGoOn());
        await rm(join(root, 'runs'), { recursive: true, force: true });
      }
    }
    expect([...resumedAt].sort()).toEqual([0, 1, 2, 3]);
  }, 60_000);

  /** As a death does: closes the files, voids the lock, cleans up nothing else. */
  async function dieOnTheWay(dying: FileSystem): Promise<void> {
    const run = await create(dying).catch(() => null);
    if (run === null) return;
    await goOn(run, dying).catch(() => undefined);
    await run.close();
  }

  async function expectConsistentAndGoOn(): Promise<number> {
    const run = await openForResume(out);
    const { update } = run.state;
    const weights =
      run.checkpointPath === null ? null : await readFile(join(run.checkpointPath, 'model.safetensors'), 'utf8');
    expect(weights).toBe(update === 0 ? null : `weights ${update}`);
    expect(await readdir(join(out, 'checkpoints'))).toEqual(update === 0 ? [] : [`update-00000${update}`]);
    expect(await metrics().catch(() => '')).toBe(
      whole
        .split('\n')
        .slice(0, update)
        .map((line) => `${line}\n`)
        .join(''),
    );
    await goOn(run, nodeFileSystem);
    expect(await metrics()).toBe(whole);
    return update;
  }

  it('keeps the last checkpoint when the disk is full, says so, and can save again later', async () => {
    let full = false;
    const filling = faultyFileSystem((operation) => {
      if (full && ['writeFile', 'makeDirectory', 'write'].includes(operation)) throw noSpace();
      return undefined;
    });
    const run = await create(filling);
    const save = (update: number) =>
      run.checkpoint(update, (directory) => filling.writeFile(join(directory, 'model'), `weights ${update}`));
    await save(1);
    full = true;
    await expect(run.logs.metrics.append({ update: 2 })).rejects.toThrow('ENOSPC');
    await expect(save(2)).rejects.toThrow(
      /update 2 could not be saved: the disk is full; the checkpoint of update 1 is kept/,
    );
    expect(await readdir(join(out, 'checkpoints'))).toEqual(['update-000001']);
    expect(run.state.update).toBe(1);
    full = false;
    await save(2);
    await run.close();
    const resumed = await openForResume(out);
    expect(await readFile(join(resumed.checkpointPath ?? '', 'model'), 'utf8')).toBe('weights 2');
    await resumed.close();
  });

  it('refuses a second process, also to resume', async () => {
    const run = await create();
    await expect(openForResume(out)).rejects.toThrow(`in use by process ${process.pid}`);
    await run.close();
    await (await openForResume(out)).close();
  });
});

describe('openForResume', () => {
  it('refuses a config that was changed in run.json, naming the difference', async () => {
    await (await create()).close();
    const path = join(out, 'run.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"discount": 0.9', '"discount": 1'));
    await expect(openForResume(out)).rejects.toThrow('estimator.discount: the run has 0.9, given 1');
  });

  it('refuses options other than those of the run, and gives the lock back', async () => {
    await (await create()).close();
    await expect(openForResume(out, { ...config, seed: 2 })).rejects.toThrow('seed: the run has 1, given 2');
    await (await openForResume(out, config)).close();
  });

  it('refuses a changed task file, naming it and both digests', async () => {
    const path = join(root, 'my.jsonl');
    await writeFile(path, 'one');
    await (await create(nodeFileSystem, [{ role: 'tasks', path, sha256: sha256('one') }])).close();
    await writeFile(path, 'two');
    const message = `the tasks file ${path} is not the one this run began with: sha-256 was ${sha256('one')}, now ${sha256('two')}`;
    await expect(openForResume(out)).rejects.toThrow(message);
  });

  it('refuses a checkpoint whose bytes changed', async () => {
    const run = await create();
    await run.checkpoint(1, (directory) => writeFile(join(directory, 'model'), 'weights'));
    await run.close();
    await writeFile(join(out, 'checkpoints', 'update-000001', 'model'), 'weighty');
    await expect(openForResume(out)).rejects.toThrow(/model: damaged or changed/);
  });

  it('refuses logs that lost lines', async () => {
    const run = await create();
    await goOn(run, nodeFileSystem, 1);
    await writeFile(join(out, 'metrics.jsonl'), '');
    await expect(openForResume(out)).rejects.toThrow('metrics.jsonl: must hold at least 28 bytes, holds 0');
  });

  it('says of a folder that is no run what it lacks', async () => {
    await mkdir(out, { recursive: true });
    await expect(openForResume(out)).rejects.toThrow(/run.json: cannot be read, so its folder is no run: ENOENT/);
  });
});
