import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, it } from 'vitest';
import type { EvaluationOutcome } from '../train-observer.js';
import { type ComparedRun, compareGroups } from './compare-groups.js';
import { comparisonText } from './comparison-text.js';
import { pairedGain } from './paired-gain.js';

const rng = () => {
  const generator = xoroshiro128plus(7);
  return () => (generator.next() >>> 0) / 2 ** 32;
};

/** Ten tasks, five of each family, both modes; `right` are the tasks answered rightly after training, none before. */
function run(seed: number, right: readonly number[], more: Partial<ComparedRun> = {}): ComparedRun {
  const outcomes = (['before', 'after'] as const).flatMap((when) =>
    (['sampled', 'greedy'] as const).flatMap((mode) =>
      Array.from(
        { length: 10 },
        (_, index): EvaluationOutcome => ({
          when,
          mode,
          task: `t${index}`,
          family: index < 5 ? 'math' : 'program',
          correct: when === 'after' && right.includes(index),
        }),
      ),
    ),
  );
  return { path: `runs/s${seed}`, seed, tasksDigest: null, outcomes, ...more };
}

describe('compareGroups', () => {
  it('pairs by task: equal runs differ by exactly 0', () => {
    const { differences } = compareGroups([run(1, [0, 1])], [run(1, [0, 1])], rng());
    expect(differences[0]).toMatchObject({ left: 0.2, right: 0.2, overTasks: { mean: 0, low: 0, high: 0 } });
  });

  it('takes left minus right, per family and mode', () => {
    const { differences, seeds } = compareGroups([run(1, [0, 1, 2, 9])], [run(1, [0])], rng());
    expect(seeds).toEqual([1]);
    const rows = differences.map(({ family, mode, tasks, overTasks }) => [family, mode, tasks, overTasks.mean]);
    expect(rows).toEqual([
      ['all', 'sampled', 10, 0.3],
      ['all', 'greedy', 10, 0.3],
      ['math', 'sampled', 5, 0.4],
      ['math', 'greedy', 5, 0.4],
      ['program', 'sampled', 5, 0.2],
      ['program', 'greedy', 5, 0.2],
    ]);
    expect(differences[0]?.overSeeds).toBeNull();
  });

  it('takes the spread over the seeds that both sides have', () => {
    const left = [run(1, [0, 1, 2]), run(2, [0, 1]), run(3, [5])];
    const right = [run(2, [0]), run(1, [0]), run(9, [])];
    const { seeds, differences } = compareGroups(left, right, rng());
    expect(seeds).toEqual([1, 2]);
    // Seed 1: .3 - .1 = .2; seed 2: .2 - .1 = .1; mean .15, s = .0707107, half = 12.706 x .05 = .6353.
    expect(differences[0]?.overSeeds?.mean).toBeCloseTo(0.15, 10);
    expect(differences[0]?.overSeeds?.low).toBeCloseTo(0.15 - 0.6353, 6);
    // Two seeds up: p = 2 * (1/2)^2.
    expect(differences[0]?.signsOverSeeds).toEqual({ positive: 2, negative: 0, ties: 0, pValue: 0.5 });
    expect(comparisonText({ seeds, differences })[1]).toMatch(/2 up, 0 down, p = 0\.50$/);
    // All runs of a side count over tasks: left (3 + 2 + 1) / 30, right (1 + 1 + 0) / 30.
    expect(differences[0]?.left).toBeCloseTo(0.2, 10);
    expect(differences[0]?.right).toBeCloseTo(2 / 30, 10);
  });

  it('refuses other tasks, other task files, no evaluation, and a seed twice on a side', () => {
    const fewer = run(1, []);
    const without = { ...fewer, outcomes: fewer.outcomes.filter(({ task }) => task !== 't3') };
    expect(() => compareGroups([run(1, [])], [without], rng())).toThrow(
      'evaluated on different tasks: 1 only in the first, 0 only in the second, e.g. t3',
    );
    expect(() => compareGroups([run(1, [])], [run(1, [], { tasksDigest: 'a' })], rng())).toThrow(
      'different task files',
    );
    expect(() => compareGroups([run(1, [])], [run(2, [], { outcomes: [] })], rng())).toThrow(
      'runs/s2 has no sampled evaluation after training',
    );
    expect(() => compareGroups([run(1, []), run(1, [])], [run(1, [])], rng())).toThrow('repeats seed 1');
  });

  it('prints points and intervals and claims nothing', () => {
    const text = comparisonText(compareGroups([run(1, [0, 1, 2, 9])], [run(1, [0, 1, 2, 9])], rng()));
    expect(text[1]).toMatch(/^all, sampled\s+10\s+40\.0 %\s+40\.0 %\s+\+0\.0\s+\[0\.0, 0\.0\]$/);
    expect(text).toContain('An interval that holds 0 shows no difference.');
  });
});

describe('pairedGain', () => {
  it('is the mean of after minus before over tasks', () => {
    const { mean, low, high } = pairedGain(run(1, [0, 1, 2, 3, 4, 5]).outcomes, 'greedy', rng());
    expect(mean).toBeCloseTo(0.6, 10);
    expect(low).toBeGreaterThan(0.2);
    expect(high).toBeLessThan(1);
  });

  it('averages the samples of a task', () => {
    const twice = (when: 'before' | 'after', correct: readonly boolean[]): EvaluationOutcome[] =>
      correct.map((right, sample) => ({ when, mode: 'sampled', task: 'a', family: 'math', correct: right, sample }));
    const outcomes = [...twice('before', [false, false]), ...twice('after', [true, false])];
    expect(pairedGain(outcomes, 'sampled', rng()).mean).toBe(0.5);
  });

  it('leaves out a task that one evaluation could not judge', () => {
    // Of t1 to t9, t1 and t2 are right after training and none before.
    const outcomes = run(1, [0, 1, 2]).outcomes.filter(({ when, task }) => when === 'before' || task !== 't0');
    const all = outcomes.map((outcome) => ({ ...outcome, correct: outcome.when === 'after' && outcome.correct }));
    expect(pairedGain(all, 'greedy', rng()).mean).toBeCloseTo(2 / 9, 12);
  });

  it('refuses two evaluations that share no task', () => {
    const outcomes = run(1, []).outcomes.filter(({ when, task }) => (when === 'before') === (task === 't0'));
    expect(() => pairedGain(outcomes, 'greedy', rng())).toThrow('must share a task, got 1 and 9 greedy ones');
  });
});
