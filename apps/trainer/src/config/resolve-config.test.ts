import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { resolveConfig } from './resolve-config.js';

const cwd = resolve('some', 'project');

describe('resolveConfig', () => {
  it('gives the paper GTPO without options', () => {
    const config = resolveConfig({}, cwd);
    expect(config.algorithm).toBe('gtpo');
    expect(config.reward).toEqual({ kind: 'gtpo', turnReward: true, shaping: true });
    expect(config.estimator).toEqual({ kind: 'gtpo', discount: 0.9, normaliseOver: 'group' });
    expect(config.gate).toBe('none');
    expect(config.temperature).toBe(1);
  });

  it('switches reward and estimator together with --algorithm, and each alone', () => {
    const grpo = resolveConfig({ algorithm: 'grpo' }, cwd);
    expect([grpo.reward, grpo.estimator]).toEqual([{ kind: 'grpo' }, { kind: 'grpo', normaliseOver: 'group' }]);
    const control = resolveConfig({ reward: 'format' }, cwd);
    expect(control.reward).toEqual({ kind: 'format' });
    expect(control.estimator.kind).toBe('gtpo');
  });

  it('takes the ablation switches of GTPO', () => {
    const config = resolveConfig(
      { turnReward: 'off', shaping: 'off', discount: '1', normaliseOver: 'batch', gate: 'outcome' },
      cwd,
    );
    expect(config.reward).toEqual({ kind: 'gtpo', turnReward: false, shaping: false });
    expect(config.estimator).toEqual({ kind: 'gtpo', discount: 1, normaliseOver: 'batch' });
    expect(config.gate).toBe('outcome');
  });

  it('makes paths and relative modules absolute and leaves package names', () => {
    const config = resolveConfig({ reward: './my-reward.ts', estimator: '@acme/estimator', tasks: 'my.jsonl' }, cwd);
    expect(config.reward).toEqual({ kind: 'module', specifier: resolve(cwd, 'my-reward.ts') });
    expect(config.estimator).toEqual({ kind: 'module', specifier: '@acme/estimator' });
    expect(config.tasks).toEqual({ kind: 'file', path: resolve(cwd, 'my.jsonl') });
  });

  it('puts defaults under the options and over the schema', () => {
    expect(resolveConfig({ updates: '7' }, cwd, { updates: 3, groupSize: 4 })).toMatchObject({
      updates: 7,
      groupSize: 4,
    });
  });

  it('refuses an option that would have no effect, and takes one that says what holds anyway', () => {
    expect(() => resolveConfig({ algorithm: 'grpo', discount: '0.5' }, cwd)).toThrow(
      '--discount 0.5: has no effect, the estimator is grpo (it goes with --estimator gtpo)',
    );
    expect(() => resolveConfig({ reward: 'outcome', shaping: 'on' }, cwd)).toThrow(
      '--shaping on: has no effect, the reward is outcome (it goes with --reward gtpo)',
    );
    expect(resolveConfig({ algorithm: 'grpo', shaping: 'off', turnReward: 'off', discount: '1' }, cwd).reward).toEqual({
      kind: 'grpo',
    });
  });

  it.each([
    [{ updates: 'many' }, '--updates: expected a number, got "many"'],
    [{ groupSize: '1' }, /^--group-size: .*2.*, got 1$/],
    [{ updates: '2.5' }, /^--updates: .*int.*, got 2.5$/],
    [{ discount: '1.5' }, /^--discount: .*1, got 1.5$/],
    [{ backend: 'gpu' }, /^--backend: .*native.*, got "gpu"$/],
    [{ algorithm: 'ppo' }, /--algorithm: .*gtpo.*grpo.*, got "ppo"/],
    [{ shaping: 'yes' }, '--shaping: expected on or off, got "yes"'],
    [{ temperature: '0' }, /^--temperature: .*0, got 0$/],
  ])('names the option and the value in %j', (given, message) => {
    expect(() => resolveConfig(given, cwd)).toThrow(UsageError);
    expect(() => resolveConfig(given, cwd)).toThrow(message);
  });
});
