import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  drawTask,
  FAMILIES,
  heldOutTasks,
  heldOutTasksOf,
  splitOf,
  type TaskLengths,
  trainingTask,
} from './families.js';
import type { Demonstration, TaskInstance } from './family.js';
import { mathFamily } from './math-family.js';
import { programFamily } from './program-family.js';
import { randomOf } from './random.js';
import { taskRowSchema } from './task-schema.js';

/** Plays a demonstration against tools of its own, written apart from the product's, and returns its answer. */
function play(instance: TaskInstance, demonstration: Demonstration): { answer: string; calls: number } {
  const context = createContext({});
  const tool = instance.row.tools[0];
  if (tool === undefined) throw new Error('no tool');
  const run = (text: string): string => {
    const argument = text.slice(text.indexOf(' ') + 1);
    expect(text.slice(0, text.indexOf(' '))).toBe(tool.name);
    if (tool.name === 'look') return tool.facts[argument] ?? '!';
    expect(argument.length).toBeLessThanOrEqual(tool.maxCharacters);
    if (tool.name === 'js') return String(runInContext(argument, context));
    const f = runInContext(`(${argument})`, context) as (...args: unknown[]) => unknown;
    const failed = tool.visibleTests.find((test) => f(...test.args) !== test.expected);
    return failed === undefined ? 'pass' : `fail ${failed.name}`;
  };
  let calls = 0;
  for (let step = demonstration.next(); !step.done; ) {
    if (step.value.kind === 'answer') return { answer: step.value.text, calls };
    calls += 1;
    step = demonstration.next(run(step.value.text));
  }
  throw new Error('no answer');
}

function isCorrect(instance: TaskInstance, answer: string): boolean {
  const { verifier } = instance.row;
  switch (verifier.kind) {
    case 'number':
      return Number(answer) === verifier.expected;
    case 'text':
      return answer === verifier.expected;
    case 'program': {
      const f = runInContext(`(${answer})`, createContext({})) as (...args: unknown[]) => unknown;
      return verifier.hiddenTests.every((test) => f(...test.args) === test.expected);
    }
  }
}

const shareRight = (
  family: (typeof FAMILIES)[number],
  strategy: Parameters<TaskInstance['demonstrate']>[0],
  n: number,
) => {
  let right = 0;
  for (let i = 0; i < n; i += 1) {
    const instance = drawTask(family, 'train', 7, i);
    if (isCorrect(instance, play(instance, instance.demonstrate(strategy, randomOf(i))).answer)) right += 1;
  }
  return right / n;
};

describe.each(FAMILIES.map((family) => [family.name, family] as const))('%s', (name, family) => {
  it('is solved by the right strategy, within the calls that the row names', () => {
    for (let i = 0; i < 200; i += 1) {
      const instance = drawTask(family, i % 2 === 0 ? 'train' : 'held-out-unseen', 5, i);
      const { answer, calls } = play(instance, instance.demonstrate('right', randomOf(i)));
      expect(isCorrect(instance, answer), `${instance.row.prompt} -> ${answer}`).toBe(true);
      expect(calls).toBeGreaterThanOrEqual(instance.row.requiredCalls ?? 0);
      expect(calls).toBeLessThanOrEqual(4);
    }
  });

  it('is hardly ever solved by the habit, by a premature answer or without a call', () => {
    for (const strategy of ['habit', 'premature', 'direct'] as const) {
      // A program given at random is one of 18; a premature one has been revised once.
      expect(shareRight(family, strategy, 300), strategy).toBeLessThan(
        name === 'program' && strategy === 'premature' ? 0.5 : 0.12,
      );
    }
  });

  it('writes rows of the documented schema with prompts that fit the context', () => {
    for (let i = 0; i < 100; i += 1) {
      const { row } = drawTask(family, 'train', 3, i);
      expect(taskRowSchema.safeParse({ ...row, id: 'x' }).success).toBe(true);
      expect(row.prompt.length).toBeLessThan(100);
    }
  });

  it('can be made longer', () => {
    const lengths = name === 'program' ? { minCalls: 5, maxCalls: 8 } : { minCalls: 6, maxCalls: 8 };
    const instance = drawTask(family, 'train', 1, 0, lengths);
    const { calls, answer } = play(instance, instance.demonstrate('right', randomOf(1)));
    expect(calls).toBeGreaterThanOrEqual(lengths.minCalls);
    expect(isCorrect(instance, answer)).toBe(true);
  });
});

it('refuses lengths that a family does not have', () => {
  const draw = (family: (typeof FAMILIES)[number] | undefined, lengths: TaskLengths) =>
    drawTask(family ?? mathFamily, 'train', 1, 0, lengths);
  const [, knowledge] = FAMILIES;
  expect(() => draw(knowledge, { minCalls: 1 })).toThrow('tasks of knowledge need 2 to 8 calls, got from 1 to 4');
  expect(() => draw(mathFamily, { minCalls: 4, maxCalls: 3 })).toThrow(
    'tasks of math need 2 to 8 calls, got from 4 to 3',
  );
  expect(() => draw(programFamily, { maxCalls: 9 })).toThrow('tasks of program need 1 to 8 calls, got from 1 to 9');
  // The end that is not given gives way.
  expect(draw(knowledge, { minCalls: 6 }).row.requiredCalls).toBe(6);
  expect(draw(knowledge, { maxCalls: 2 }).row.requiredCalls).toBe(2);
});

describe('heldOutTasks', () => {
  const rows = heldOutTasks(500);

  it('holds 500 distinct prompts per family, a third of them of unseen compositions', () => {
    for (const family of FAMILIES) {
      const own = rows.filter((row) => row.family === family.name);
      expect(new Set(own.map((row) => row.prompt)).size).toBe(500);
      expect(own.filter((row) => row.tags?.includes('unseen-composition')).length).toBe(166);
    }
  });

  it('is disjoint from training: no shared prompt, no unseen composition', () => {
    const prompts = new Set(rows.map((row) => row.prompt));
    const trained = new Set<string>();
    for (let ordinal = 0; ordinal < 6000; ordinal += 1) {
      expect(prompts.has(trainingTask(1, ordinal).prompt)).toBe(false);
      const family = FAMILIES[ordinal % 3];
      if (family === undefined) throw new Error('no family');
      trained.add(`${family.name} ${drawTask(family, 'train', 1, ordinal).composition}`);
    }
    for (const family of FAMILIES)
      for (let i = 0; i < 500; i += 1)
        expect(trained.has(`${family.name} ${drawTask(family, 'held-out-unseen', 20251114, i).composition}`)).toBe(
          false,
        );
  });

  it('says so when a family has not as many prompts, instead of looking for them for ever', () => {
    expect(() => heldOutTasksOf(programFamily, 5000)).toThrow(/^evalTasks: at most about 1\d{3}, .*, got 5000$/);
  });

  it('is the same set every time', () => {
    expect(heldOutTasks(20)).toEqual(heldOutTasks(20));
  });
});

it('a task belongs to one split, whichever seed drew it', () => {
  for (const family of FAMILIES) expect(splitOf(drawTask(family, 'held-out-seen', 99, 4))).toBe('held-out-seen');
});

/** The fewest calls of 9 characters for a sum: a product to each, the first of them with the start, the rest to the last. */
function fewestCalls(sum: string): number {
  const terms = sum.match(/[+-]?\d+(\*\d+)?/g) ?? [];
  const products = terms.filter((term) => term.includes('*'));
  const [start = '', ...plain] = terms.filter((term) => !term.includes('*'));
  const calls = products.map((product, i) => `a=${i === 0 ? start : 'a'}${product}`);
  const last = `${calls.pop()?.slice(2)}${plain.join('')}`;
  const fitting = last.length <= 9 ? [...calls, last] : [...calls, `a=${last.slice(0, 7)}`, `a${plain.join('')}`];
  expect(Math.max(...fitting.map(({ length }) => length))).toBeLessThanOrEqual(9);
  const value = runInContext(`let a;${fitting.join(';')}`, createContext({})) as number;
  expect(value).toBe(runInContext(sum, createContext({})));
  return fitting.length;
}

it('a sum that was solved in the fewest calls does not count as premature', () => {
  const seen = new Set<number>();
  for (let i = 0; i < 600; i += 1) {
    const { row } = drawTask(mathFamily, 'train', 3, i, { minCalls: 2, maxCalls: 5 });
    const sum = /^Compute (.*)\.$/.exec(row.prompt)?.[1];
    if (sum === undefined) continue;
    expect(row.requiredCalls, sum).toBe(fewestCalls(sum));
    seen.add(row.requiredCalls ?? 0);
  }
  expect([...seen].sort()).toEqual([2, 3, 4]);
});
