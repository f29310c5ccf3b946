import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../scripts/parity/compare.mjs';
import { ENTRIES, LEFT_OUT } from '../../scripts/parity/entries.mjs';
import { readFixture } from '../../scripts/parity/fixture.mjs';

/**
 * One fixture, and what the published functions of verl, SkyRL, TRL, OpenRLHF, slime, AReaL, NeMo-RL, rLLM, RAGEN,
 * prime-rl, Agent Lightning and tinker-cookbook returned for it, in float32, in 2026.
 */
const FILE = join(import.meta.dirname, 'framework-parity.json');
const FIXTURE = readFixture(FILE);
const SCRIPT = join(import.meta.dirname, '../../scripts/parity.mjs');
type Fixture = typeof FIXTURE;

const ofVerdict = (fixture: Fixture, verdict: string) => compare(fixture).filter((row) => row.verdict === verdict);

test('67 of 74 agree, and the 7 that cannot be recomputed are left out', () => {
  expect(Object.keys(FIXTURE.outputs)).toHaveLength(74);
  expect(ofVerdict(FIXTURE, 'agrees')).toHaveLength(67);
  expect(ofVerdict(FIXTURE, 'left-out')).toHaveLength(LEFT_OUT.length);
  expect(Object.keys(ENTRIES)).toHaveLength(67);
});

test('every entry but those left out is compared number by number', () => {
  for (const [entry, output] of Object.entries(FIXTURE.outputs)) {
    // The last number of the output, so that no entry is compared by its first alone.
    const off = (value: unknown): unknown =>
      Array.isArray(value) ? [...value.slice(0, -1), off(value.at(-1))] : Number(value) + 3e-6;
    const moved = { ...FIXTURE, outputs: { [entry]: off(output) } } as Fixture;
    const leftOut = LEFT_OUT.some((name) => entry.startsWith(name));
    expect([entry, compare(moved)[0]?.verdict]).toEqual([entry, leftOut ? 'left-out' : 'differs']);
  }
});

test('what is recomputed comes from the inputs: moving one of them moves what reads it', () => {
  const moved = (name: 'policyLogprobs' | 'trajectoryRewards' | 'tokenRewards' | 'rolloutEngineLogprobs') => {
    const values = FIXTURE.inputs[name];
    const by = values.map((row) => (Array.isArray(row) ? row.map((value) => value - 0.01) : (row as number) ** 2));
    const differs = ofVerdict({ ...FIXTURE, inputs: { ...FIXTURE.inputs, [name]: by } } as Fixture, 'differs');
    return differs.length;
  };
  // 34 losses and 4 estimates of a divergence; 13 advantages of trajectories; 9 of tokens; one loss reads the engine's.
  expect([moved('policyLogprobs'), moved('trajectoryRewards'), moved('tokenRewards')]).toEqual([38, 13, 9]);
  expect(moved('rolloutEngineLogprobs')).toBe(1);
});

test('an entry of unknown name fails, and so does one of another shape or with a hole', () => {
  const verdicts = (outputs: object) => compare({ ...FIXTURE, outputs } as Fixture).map(({ verdict }) => verdict);
  expect(verdicts({ 'new.grpo': [1] })).toEqual(['unknown']);
  expect(verdicts({ 'trl.grpo.adv': [1], 'areal.ppo': null, 'verl26-08.loss.sapo': [0] })).toEqual([
    'differs',
    'differs',
    'differs',
  ]);
});

describe('another seed, against slow twins on padded rows', () => {
  const inputs = randomInputs(7);
  const rows = inputs.mask.map((mask, i) => ({
    at: mask.flatMap((on, t) => (on === 1 ? [t] : [])),
    A: inputs.advantages[i] as number[],
    p: inputs.policyLogprobs[i] as number[],
    b: inputs.behaviourLogprobs[i] as number[],
  }));
  const tokens = rows.reduce((sum, { at }) => sum + at.length, 0);
  const clip = (x: number) => Math.min(Math.max(x, 0.8), 1.28);
  const surrogate = (ratio: number, A: number) => -Math.min(ratio * A, clip(ratio) * A);
  type Row = (typeof rows)[number];
  const x = ({ p, b }: Row, t: number) => (p[t] as number) - (b[t] as number);
  const sum = (of: (row: Row, t: number) => number) =>
    rows.reduce((all, row) => all + row.at.reduce((own, t) => own + of(row, t), 0), 0);
  const mean = (row: Row) => row.at.reduce((own, t) => own + x(row, t), 0) / row.at.length;
  const tau = (A: number) => (A > 0 ? 1 : 1.05);
  const sapo = (row: Row, t: number) => {
    const A = row.A[t] as number;
    return (-A * 4) / tau(A) / (1 + Math.exp(-tau(A) * (Math.exp(x(row, t)) - 1)));
  };
  const rewards = inputs.trajectoryRewards;
  const others = (i: number) => rewards.filter((_, k) => k !== i && inputs.groupIds[k] === inputs.groupIds[i]);
  const average = (values: readonly number[]) => values.reduce((all, value) => all + value, 0) / values.length;
  const own = (i: number) => [...others(i), rewards[i] as number];
  const deviation = (values: readonly number[], ddof: number) =>
    Math.sqrt(values.reduce((all, v) => all + (v - average(values)) ** 2, 0) / (values.length - ddof));
  const outputs = {
    'areal.ppo': sum((row, t) => surrogate(Math.exp(x(row, t)), row.A[t] as number)) / tokens,
    'trl.grpo.token': sum((row, t) => surrogate(Math.exp(x(row, t)), row.A[t] as number) / row.at.length) / rows.length,
    'areal.gspo': sum((row, t) => surrogate(Math.exp(mean(row)), row.A[t] as number)) / tokens,
    'openrlhf.gspo': sum((row, t) => surrogate(Math.exp(mean(row)), row.A[t] as number) / row.at.length) / rows.length,
    'slime.cispo.tokenmean':
      sum((row, t) => -Math.min(Math.exp(x(row, t)), 5) * (row.A[t] as number) * (row.p[t] as number)) / tokens,
    'skyrl.sapo_policy_loss': sum(sapo) / tokens,
    'trl.grpo.adv': rewards.map((r, i) => (r - average(own(i))) / (deviation(own(i), 1) + 1e-4)),
    'verl26-08.rloo': rewards.map((r, i) => r - average(others(i))),
    'nemo.grpo.loo': rewards.map((r, i) => (r - average(others(i))) / (deviation(others(i), 1) + 1e-6)),
  };

  test.each(compare({ ...FIXTURE, inputs, outputs } as Fixture))('$framework $name', ({ difference }) => {
    expect(difference).toBeLessThan(1e-10);
  });
});

describe('the command', { timeout: 120_000 }, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'turnwise-parity-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const parity = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } });
  const written = (fixture: unknown) => {
    writeFileSync(join(folder, 'fixture.json'), JSON.stringify(fixture));
    return 'fixture.json';
  };
  const raw = () => ({ ...FIXTURE, settings: { ...FIXTURE.settings, gae: { values: '0.5', gamma: 1, lambda: 1 } } });

  test('passes on its own fixture and says how much agrees', () => {
    const { status, stdout } = parity('--json');
    expect(stdout).toContain('67 of 74 agree within 0.000001, 0 differ, 0 unknown, 7 left out');
    expect(JSON.parse(stdout.trim().split('\n').at(-1) as string)).toMatchObject({ passed: true, agree: 67, of: 74 });
    expect(status).toBe(0);
  });

  test('fails on a copy in which one number is off by 2e-6, and names it', () => {
    const copy = raw();
    const off = { ...copy, outputs: { ...copy.outputs, 'areal.ppo': Number(copy.outputs['areal.ppo']) + 2e-6 } };
    const { status, stdout } = parity(written(off));
    expect(stdout).toMatch(/areal +ppo +2\.0e-6 +FAILED/);
    expect(status).toBe(1);
  });

  test('fails when fewer than 64 agree, even if nothing differs', () => {
    const few = Object.fromEntries(Object.entries(FIXTURE.outputs).slice(0, 20));
    const { status, stdout } = parity(written({ ...raw(), outputs: few }));
    expect(stdout).toContain('20 of 20 agree within 0.000001, 0 differ');
    expect(status).toBe(1);
  });

  test('ends with 2 for a file without the form or a wrong command line, with 0 for --help', () => {
    expect(parity('nowhere.json')).toMatchObject({ status: 2 });
    const ragged = { ...raw(), inputs: { ...FIXTURE.inputs, policyLogprobs: [[1]] } };
    const { status, stderr } = parity(written(ragged));
    expect(stderr).toContain('inputs.policyLogprobs: must hold 6 rows of 6 numbers');
    expect(status).toBe(2);
    expect(parity('a.json', 'b.json')).toMatchObject({ status: 2 });
    expect(parity('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: npm run parity') });
  });
});

/** Inputs of the fixture's form: other numbers, other masks, groups not in one piece. */
function randomInputs(seed: number): Fixture['inputs'] {
  let state = seed;
  const uniform = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const [rows, tokens] = [8, 9];
  const matrix = (of: (i: number, t: number) => number) =>
    Array.from({ length: rows }, (_, i) => Array.from({ length: tokens }, (_, t) => of(i, t)));
  const mask = matrix((_, t) => (t === 0 || uniform() < 0.6 ? 1 : 0));
  const behaviourLogprobs = matrix(() => -2 * uniform());
  const near = (spread: number) => matrix((i, t) => (behaviourLogprobs[i]?.[t] as number) + spread * (uniform() - 0.5));
  const perRow = Array.from({ length: rows }, () => 4 * uniform() - 2);
  return {
    mask,
    groupIds: ['a', 'b', 'a', 'b', 'b', 'a', 'b', 'a'],
    trajectoryRewards: Array.from({ length: rows }, uniform),
    tokenRewards: matrix(() => 0),
    behaviourLogprobs,
    policyLogprobs: near(1.5),
    rolloutEngineLogprobs: near(0.1),
    referenceLogprobs: near(0.5),
    advantages: matrix((i, t) => (mask[i]?.[t] === 1 ? (perRow[i] as number) : 0)),
  };
}
