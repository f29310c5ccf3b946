import { describe, expect, it } from 'vitest';
import { trainConfigSchema } from '../config/train-config.js';
import { type TaskRow, taskRowSchema } from '../tasks/task-schema.js';
import { openTaskSource } from './task-source.js';

const config = trainConfigSchema.parse({ evalTasks: 2, seed: 3 });
const row = (id: string, family: string, ...tags: string[]): TaskRow =>
  taskRowSchema.parse({
    id,
    family,
    prompt: '1+1?',
    tools: [{ name: 'js' }],
    verifier: { kind: 'number', expected: 2 },
    ...(tags.length === 0 ? {} : { tags }),
  });

describe('of a task file', () => {
  it('trains in the order of the file, again and again under ids of their own, and never on a held-out row', () => {
    const source = openTaskSource(config, [row('a', 'f'), row('h', 'f', 'held-out'), row('b', 'f')]);
    expect(source.trainTasks).toBe(2);
    expect([0, 1, 2, 3, 4].map((ordinal) => source.training(ordinal).id)).toEqual(['a', 'b', 'a#1', 'b#1', 'a#2']);
    expect(source.heldOut.map(({ id }) => id)).toEqual(['h']);
  });

  it('evaluates at most evalTasks of each family, families in the order of the file', () => {
    const rows = ['x', 'y', 'x', 'x'].map((family, i) => row(`h${i}`, family, 'held-out'));
    const source = openTaskSource(config, [...rows, row('a', 'z')]);
    expect(source.families).toEqual(['x', 'y', 'z']);
    expect(source.heldOut.map(({ id }) => id)).toEqual(['h0', 'h2', 'h1']);
  });

  it('evaluates on the training tasks when nothing is held out', () => {
    expect(openTaskSource(config, [row('a', 'f'), row('b', 'g')]).heldOut.map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('refuses a file with nothing to train on', () => {
    expect(() => openTaskSource(config, [row('h', 'f', 'held-out')])).toThrow(
      '--tasks: expected tasks to train on, all 1 are tagged held-out',
    );
  });
});

describe('embedded', () => {
  it('draws the training tasks by the seed of the run, and holds the same ones out for every seed', () => {
    const [one, other] = [3, 4].map((seed) => openTaskSource({ ...config, seed }, null));
    expect(one?.training(0)).toEqual(openTaskSource(config, null).training(0));
    expect(one?.training(0).prompt).not.toEqual(other?.training(0).prompt);
    expect(one?.heldOut).toEqual(other?.heldOut);
    expect(one?.heldOut).toHaveLength(3 * 2);
    expect([0, 1, 2].map((ordinal) => one?.training(ordinal).family)).toEqual(['math', 'knowledge', 'program']);
  });

  it('draws tasks of the length that is asked for, to train on and held out', () => {
    const { training, heldOut } = openTaskSource({ ...config, minCalls: 6 }, null);
    // The second family, knowledge, needs as many calls as its chain has relations.
    const calls = [training(1), training(4), ...heldOut.slice(2, 4)].map(({ hidden }) => hidden.requiredCalls ?? 0);
    expect(Math.min(...calls)).toBeGreaterThanOrEqual(6);
  });
});
