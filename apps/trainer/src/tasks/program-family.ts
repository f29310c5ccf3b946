import { distinctNumbers, shuffled } from './distinct-numbers.js';
import {
  answer,
  call,
  type Demonstration,
  type Strategy,
  type TaskFamily,
  type TaskInstance,
  type TaskLength,
} from './family.js';
import type { Random } from './random.js';
import type { UnitTest } from './task-schema.js';

/**
 * Program synthesis: a function of two pieces, whose specification names the numbers but leaves open which operator
 * each piece uses and to which piece the border belongs. Only the visible tests tell, and the tool names the
 * first that fails; the hidden tests hold inputs that the visible ones lack.
 *
 * The right strategy changes the piece whose test failed until all pass, then answers the program. The habit is to
 * answer the first program whatever its tests say.
 */
export const programFamily: TaskFamily = {
  name: 'program',
  defaultLength: { minCalls: 1, maxCalls: 4 },
  draw: drawProgram,
};

const OPERATORS = ['+', '-', '*', '%', '&', '|', '^'] as const;
const COMPARISONS = ['<', '<='] as const;
const MAX_CHARACTERS = 40;

interface Spec {
  readonly border: number;
  readonly low: number;
  readonly high: number;
}

/** What the specification leaves open: indices into the operators and comparisons. */
interface Choice {
  readonly low: number;
  readonly high: number;
  readonly comparison: number;
}

interface Shape {
  readonly name: string;
  /** Numbers that begin with different digits. */
  draw(random: Random): Spec;
  write(spec: Spec, choice: Choice): string;
  evaluate(spec: Spec, choice: Choice, args: readonly number[]): number;
  /** Arguments that lie `distance` from the border on the low (negative) or high side. */
  args(spec: Spec, distance: number, random: Random): number[];
  readonly templates: readonly ((spec: Spec) => string)[];
}

function drawProgram(random: Random, { minCalls, maxCalls }: TaskLength): TaskInstance {
  const operators = Math.min(OPERATORS.length, Math.max(2, maxCalls - 1));
  const shape = random.pick(SHAPES);
  for (;;) {
    const spec = shape.draw(random);
    const truth = {
      low: random.int(0, operators - 1),
      high: random.int(0, operators - 1),
      comparison: random.int(0, 1),
    };
    const calls = testsNeeded(FIRST, { truth, operators });
    const tests = drawTests(shape, spec, truth, random);
    if (calls < minCalls || calls > maxCalls || !decisive(shape, spec, truth, operators, tests)) continue;
    return {
      row: {
        family: 'program',
        prompt: random.pick(shape.templates)(spec),
        tools: [{ name: 'test', maxCharacters: MAX_CHARACTERS, visibleTests: tests.visible }],
        verifier: { kind: 'program', hiddenTests: tests.hidden },
        requiredCalls: 1,
      },
      composition: `${shape.name}:${OPERATORS[truth.low]}${OPERATORS[truth.high]}${COMPARISONS[truth.comparison]}`,
      demonstrate: (strategy, rng) =>
        demonstrate((choice) => shape.write(spec, choice), { operators, truth, most: maxCalls }, strategy, rng),
      invalidCall: (rng) =>
        rng.pick([
          shape.write(spec, FIRST),
          `tst ${shape.write(spec, FIRST)}`,
          'test',
          `test ${'x'.repeat(MAX_CHARACTERS + 1)}`,
        ]),
    };
  }
}

const FIRST: Choice = { low: 0, high: 0, comparison: 0 };

/** The next program to try: the failing piece takes its next operator, or the border moves. */
function revise(choice: Choice, failed: string | undefined, operators: number): Choice {
  switch (failed) {
    case 'low':
      return { ...choice, low: (choice.low + 1) % operators };
    case 'high':
      return { ...choice, high: (choice.high + 1) % operators };
    default:
      return { ...choice, comparison: 1 - choice.comparison };
  }
}

interface Search {
  readonly operators: number;
  readonly truth: Choice;
  /** Most programs that a search from its first one tests. */
  readonly most: number;
}

/** How many programs the right strategy tests from this one on. */
function testsNeeded(from: Choice, { truth, operators }: Omit<Search, 'most'>): number {
  const steps = (piece: 'low' | 'high') => (truth[piece] - from[piece] + operators) % operators;
  return 1 + steps('low') + steps('high') + Math.abs(truth.comparison - from.comparison);
}

/**
 * The first program is any from which the search is short enough: what a demonstration tests and answers can then only
 * be told from what it tested before, and never from the task alone.
 */
function* demonstrate(
  write: (choice: Choice) => string,
  search: Search,
  strategy: Strategy,
  random: Random,
): Demonstration {
  const { operators, most } = search;
  const any = () => ({
    low: random.int(0, operators - 1),
    high: random.int(0, operators - 1),
    comparison: random.int(0, 1),
  });
  if (strategy === 'direct') {
    yield answer(write(any()));
    return;
  }
  const patience = strategy === 'premature' ? 1 : 2 * operators;
  let choice = any();
  while (testsNeeded(choice, search) > most) choice = any();
  for (let revisions = 0; ; revisions += 1) {
    const result = yield call(`test ${write(choice)}`);
    if (result === PASS || strategy === 'habit' || revisions === patience) break;
    choice = strategy === 'slip' ? any() : revise(choice, result.split(' ')[1], operators);
    if (strategy === 'slip' && revisions === 1) break;
  }
  yield answer(write(choice));
}

/** What the `test` tool says when every visible test passes. */
export const PASS = 'pass';

interface Tests {
  readonly visible: UnitTest[];
  readonly hidden: UnitTest[];
}

function drawTests(shape: Shape, spec: Spec, truth: Choice, random: Random): Tests {
  const test = (name: string, distance: number): UnitTest => {
    const args = shape.args(spec, distance, random);
    return { name, args, expected: shape.evaluate(spec, truth, args) };
  };
  const near = random.int(1, 4);
  return {
    visible: [test('low', -near), test('high', near), test('edge', 0)],
    hidden: [
      test('low', -near - 1),
      test('low', -near - 5),
      test('high', near + 1),
      test('high', near + 9),
      test('edge', 0),
    ],
  };
}

/** Whether the visible tests tell every wrong program by the pieces that are wrong. */
function decisive(shape: Shape, spec: Spec, truth: Choice, operators: number, { visible, hidden }: Tests): boolean {
  const passes = (choice: Choice, test: UnitTest | undefined) =>
    test !== undefined && shape.evaluate(spec, choice, test.args as number[]) === test.expected;
  for (let low = 0; low < operators; low += 1)
    for (let high = 0; high < operators; high += 1)
      for (let comparison = 0; comparison < 2; comparison += 1) {
        const choice = { low, high, comparison };
        if (passes(choice, visible[0]) !== (low === truth.low)) return false;
        if (passes(choice, visible[1]) !== (high === truth.high)) return false;
        const right = low === truth.low && high === truth.high && comparison === truth.comparison;
        if (low === truth.low && high === truth.high && passes(choice, visible[2]) !== right) return false;
        if (hidden.every((test) => passes(choice, test)) !== right) return false;
      }
  return true;
}

function apply(operator: number, x: number, n: number): number {
  switch (OPERATORS[operator]) {
    case '+':
      return x + n;
    case '-':
      return x - n;
    case '*':
      return x * n;
    case '%':
      return x % n;
    case '&':
      return x & n;
    case '|':
      return x | n;
    case '^':
      return x ^ n;
    default:
      throw new RangeError(`operator: must be below ${OPERATORS.length}, got ${operator}`);
  }
}

const isLow = (x: number, border: number, comparison: number) => (comparison === 0 ? x < border : x <= border);

/** One argument against a fixed border. */
const oneArgument: Shape = {
  name: 'one',
  draw: (random) => {
    const border = random.int(11, 49);
    const [low = 0, high = 0] = shuffled(
      [2, 3, 4, 5, 6, 7, 8, 9].filter((digit) => !String(border).includes(String(digit))),
      random,
    );
    return { border, low, high };
  },
  write: ({ border, low, high }, c) =>
    `x=>x${COMPARISONS[c.comparison]}${border}?x${OPERATORS[c.low]}${low}:x${OPERATORS[c.high]}${high}`,
  evaluate: ({ border, low, high }, c, [x = Number.NaN]) =>
    isLow(x, border, c.comparison) ? apply(c.low, x, low) : apply(c.high, x, high),
  args: ({ border }, distance) => [border + distance],
  templates: [
    ({ border, low, high }) => `f(x): border ${border}, low uses ${low}, high uses ${high}.`,
    ({ border, low, high }) => `Write f(x): x with ${low} up to ${border}, then with ${high}.`,
    ({ border, low, high }) => `f changes at ${border}: ${low} before, ${high} after.`,
  ],
};

/** Two arguments against each other; the border of the specification is where `y` lies in the tests. */
const twoArguments: Shape = {
  name: 'two',
  draw: (random) => {
    const [low = 0, high = 0] = distinctNumbers(random, 2);
    return { border: random.int(11, 49), low, high };
  },
  write: ({ low, high }, c) =>
    `(x,y)=>x${COMPARISONS[c.comparison]}y?x${OPERATORS[c.low]}${low}:y${OPERATORS[c.high]}${high}`,
  evaluate: ({ low, high }, c, [x = Number.NaN, y = Number.NaN]) =>
    isLow(x, y, c.comparison) ? apply(c.low, x, low) : apply(c.high, y, high),
  args: ({ border }, distance) => [border + distance, border],
  templates: [
    ({ low, high }) => `f(x,y): if x is low, x with ${low}; else y with ${high}.`,
    ({ low, high }) => `Write f(x,y): the lower x takes ${low}, or else y takes ${high}.`,
  ],
};

const SHAPES: readonly Shape[] = [oneArgument, twoArguments];
