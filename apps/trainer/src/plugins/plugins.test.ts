import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TurnRewardBatch } from '@turnwise/advantages';
import type { Trajectory, TrajectoryGroup } from '@turnwise/trajectory';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadEstimator } from './load-estimator.js';
import { loadReward } from './load-reward.js';

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'plugins-'));
});

async function put(text: string): Promise<string> {
  const path = join(project, 'plugin.mjs');
  await writeFile(path, text);
  return path;
}

const turn = {
  action: {
    tokenIds: [1],
    behaviourLogprobs: [-1],
    message: { role: 'assistant', content: 'x', toolCalls: [], answer: null },
    policyVersion: 0,
  },
  observation: null,
} as const;
const trajectory = (sample: number, turns: number): Trajectory => ({
  slot: { run: 'r', task: 0, sample },
  taskId: 'm1',
  promptTokenIds: [1],
  turns: Array.from({ length: turns }, () => turn),
  stopReason: 'answered',
  answer: '3',
});
const group: TrajectoryGroup = {
  task: { id: 'm1', family: 'math', prompt: [], hidden: null },
  trajectories: [trajectory(0, 2), trajectory(1, 1), trajectory(2, 0)],
};
const judgement = {
  turnSplits: Int32Array.of(0, 2, 3, 3),
  outcomes: Float64Array.of(1, 0, 0),
  exclusions: [{ trajectory: 2, reason: 'no-turns', message: 'no turn' }],
} as const;

describe('loadReward', () => {
  it('sums the parts, keeps the verifier’s outcomes and leaves excluded trajectories out', async () => {
    const path = await put(
      'export default async (group, { outcomes }) => ({ parts: { right: [0, outcomes[0], outcomes[1]], brief: Float64Array.of(-0.5, 0, 0.25) } });',
    );
    const { reward } = await loadReward(path, project);
    const rewards = await reward(group, judgement);
    expect([...rewards.total]).toEqual([-0.5, 1, 0.25]);
    expect([...rewards.outcomes]).toEqual([1, 0, 0]);
    expect([...rewards.included]).toEqual([1, 1, 0]);
  });

  it('gives nothing to a trajectory that is not scored', async () => {
    const path = await put('export default (group) => ({ parts: { brief: [-0.5, -0.5, -0.5] } });');
    const { reward } = await loadReward(path, project);
    const exclusions = [{ trajectory: 0, reason: 'infrastructure-failure', message: 'gone' }] as const;
    const rewards = await reward(group, { ...judgement, exclusions });
    expect([...(rewards.parts['brief'] ?? [])]).toEqual([0, 0, -0.5]);
    expect([...rewards.total]).toEqual([0, 0, -0.5]);
    expect([...rewards.included]).toEqual([0, 1, 1]);
  });

  it('takes outcomes of its own', async () => {
    const path = await put('export const reward = () => ({ parts: { a: [0, 0, 0] }, outcomes: [0, 1, 0] });');
    const { reward } = await loadReward(path, project);
    expect([...(await reward(group, judgement)).outcomes]).toEqual([0, 1, 0]);
  });

  it.each([
    ['({ parts: { mine: [0, 1] } })', 'parts.mine: must hold 3 values, got 2'],
    ['({ parts: { mine: [0, 1, NaN] } })', 'parts.mine: must hold finite numbers, got NaN at 2'],
    ['({ parts: { mine: [0, "1", 0] } })', 'parts.mine: must hold finite numbers, got "1" at 1'],
    ['({ parts: { mine: 3 } })', 'parts.mine: must be an array of 3 numbers, got 3'],
    ['({ parts: {} })', 'parts: must hold at least one part, got none'],
    ['[0, 1, 0]', 'result: must be { parts: { name: one number per turn } }, got an array'],
    ['({ parts: { a: [0, 0, 0] }, outcomes: [1] })', 'outcomes: must hold 3 values, got 1'],
    ['{ throw new TypeError("no embedding") }', 'no embedding'],
  ])('names module, task and mistake of %s', async (body, message) => {
    const path = await put(`export default () => ${body};`);
    const { reward } = await loadReward(path, project);
    await expect(reward(group, judgement)).rejects.toThrow(`--reward ${path}: task m1: ${message}`);
  });
});

describe('loadEstimator', () => {
  const batch: TurnRewardBatch = {
    rewards: Float64Array.of(0, 1, 0),
    trajectorySplits: Int32Array.of(0, 2, 3),
    groupSplits: Int32Array.of(0, 2),
    outcomes: Uint8Array.of(1, 0),
    included: Uint8Array.of(1, 1),
  };

  it('hands the batch over and takes plain arrays', async () => {
    const path = await put(
      "export default ({ rewards }) => ({ level: 'turn', values: [...rewards].map((r) => 2 * r - 1) });",
    );
    const { estimator } = await loadEstimator(path, project);
    expect([...estimator(batch).values]).toEqual([-1, 1, -1]);
  });

  it('takes one number per action token', async () => {
    const path = await put("export default () => ({ level: 'token', values: [1, 2, 3, 4] });");
    const { estimator } = await loadEstimator(path, project);
    const tokens = { ...batch, actionTokenSplits: Int32Array.of(0, 2, 3, 4) };
    expect(estimator(tokens)).toEqual({ level: 'token', values: Float64Array.of(1, 2, 3, 4) });
    const other = { ...batch, actionTokenSplits: Int32Array.of(0, 2, 3, 5) };
    expect(() => estimator(other)).toThrow(`--estimator ${path}: values: must hold 5 values, got 4`);
  });

  it.each([
    ["({ level: 'turn', values: [1] })", 'values: must hold 3 values, got 1'],
    ["({ level: 'turn', values: [1, 2, 1 / 0] })", 'values: must hold finite numbers, got Infinity at 2'],
    ['({ values: [1, 2, 3] })', 'level: must be "turn" or "token", got undefined'],
    ['[1, 2, 3]', 'result: must be { level, values } (no promise), got an array'],
  ])('names module and mistake of %s', async (body, message) => {
    const path = await put(`export const estimator = () => ${body};`);
    const { estimator } = await loadEstimator(path, project);
    expect(() => estimator(batch)).toThrow(`--estimator ${path}: ${message}`);
  });
});
