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

/**
 * Multi-step arithmetic and word problems: a start, then events that add or take away a number or a product.
 *
 * A call holds at most `MAX_CHARACTERS` characters, so a sum with a product needs at least two calls, and each further
 * product after the second one more. The right strategy takes the products first, kept in variables, then the sum. The
 * habit is to go from left to right without precedence: 83, then 12 more is 95, then times 7. No two numbers of a task
 * begin with the same digit, so that a small policy can tell them apart.
 */
export const mathFamily: TaskFamily = {
  name: 'math',
  defaultLength: { minCalls: 2, maxCalls: 3 },
  draw: drawMath,
};

/** Longest code of one call: `83+12*7-29` is one too many. */
const MAX_CHARACTERS = 9;
const VARIABLES = 'abcdefgh';

interface Event {
  readonly sign: '+' | '-';
  readonly amount: number;
  /** Set for a product `amount * each`. */
  readonly each: number | null;
}

function drawMath(random: Random, { minCalls, maxCalls }: TaskLength): TaskInstance {
  const products = random.int(minCalls, maxCalls) - 1;
  const plain = random.int(products > 1 ? 0 : 1, 1);
  const events: Event[] = shuffled(
    [
      ...Array.from({ length: products }, () => drawEvent(random, true)),
      ...Array.from({ length: plain }, () => drawEvent(random, false)),
    ],
    random,
  );
  const [start = 0, ...amounts] = distinctNumbers(random, events.length + 1);
  for (const [i, event] of events.entries()) events[i] = { ...event, amount: amounts[i] ?? 0 };
  const template = random.pick(TEMPLATES);
  if (template.story) keepStock(start, events);
  const expected = events.reduce((sum, event) => sum + signed(event), start);
  return {
    row: {
      family: 'math',
      prompt: template.write(start, events, random),
      tools: [{ name: 'js', maxCharacters: MAX_CHARACTERS }],
      verifier: { kind: 'number', expected, tolerance: 0 },
      requiredCalls: Math.max(2, products),
    },
    composition: `${template.name}:${events.map((event) => event.sign + (event.each === null ? 'n' : 'p')).join('')}`,
    demonstrate: (strategy, rng) => demonstrate(start, events, strategy, rng),
    invalidCall: (rng) =>
      rng.pick([`${start}+${events[0]?.amount}`, `j ${start}`, 'js', `js ${spelled(start, events)}`]),
  };
}

function drawEvent(random: Random, product: boolean): Event {
  return {
    sign: random.chance(0.6) ? '+' : '-',
    amount: 0,
    each: product ? random.int(3, 9) : null,
  };
}

function* demonstrate(start: number, events: readonly Event[], strategy: Strategy, random: Random): Demonstration {
  if (strategy === 'direct') {
    yield answer(String(random.int(100, 9999)));
    return;
  }
  const slipAt = strategy === 'slip' ? random.int(0, events.length - 1) : -1;
  const steps = strategy === 'habit' ? leftToRight(start, events) : productsFirst(start, withSlip(events, slipAt));
  let result = '';
  for (const step of strategy === 'premature' ? steps.slice(0, 1) : steps) result = yield call(`js ${step}`);
  yield answer(result);
}

/** The slip: one event is given the other sign. */
const withSlip = (events: readonly Event[], at: number): Event[] =>
  events.map((event, i) => (i === at ? { ...event, sign: event.sign === '+' ? '-' : '+' } : event));

/** Right: `a=12*7`, then `83+a-29`. */
function productsFirst(start: number, events: readonly Event[]): string[] {
  const products: string[] = [];
  const terms = events.map((event) => {
    if (event.each === null) return `${event.sign}${event.amount}`;
    const variable = VARIABLES.charAt(products.length);
    products.push(`${variable}=${event.amount}*${event.each}`);
    return `${event.sign}${variable}`;
  });
  return [...products, ...chunked(String(start), terms)];
}

/** Wrong: `a=83+12`, then `a*7-29`. */
function leftToRight(start: number, events: readonly Event[]): string[] {
  const terms = events.flatMap((event) =>
    event.each === null ? [`${event.sign}${event.amount}`] : [`${event.sign}${event.amount}`, `*${event.each}`],
  );
  return chunked(String(start), terms);
}

/**
 * Splits `head` and its terms into calls of at most `MAX_CHARACTERS`, carried in `a` or `s`, so that each call
 * computes from left to right: a factor may only stand first.
 */
function chunked(head: string, terms: readonly string[]): string[] {
  const carry = terms.some((term) => /[a-h]$/.test(term)) ? 's' : 'a';
  const calls: string[] = [];
  let current = head;
  for (const [i, term] of terms.entries()) {
    const length = current.length + term.length + (i === terms.length - 1 ? 0 : carry.length + 1);
    const breaks = (term.startsWith('*') && /[+-]/.test(current)) || length > MAX_CHARACTERS;
    if (breaks) {
      calls.push(`${carry}=${current}`);
      current = carry + term;
    } else {
      current += term;
    }
  }
  return [...calls, current];
}

const signed = ({ sign, amount, each }: Event) => (sign === '+' ? 1 : -1) * amount * (each ?? 1);

function spelled(start: number, events: readonly Event[]): string {
  return start + events.map(({ sign, amount, each }) => `${sign}${amount}${each === null ? '' : `*${each}`}`).join('');
}

/** In a story nobody loses more than there is: such a loss becomes a gain. */
function keepStock(start: number, events: Event[]): void {
  let stock = start;
  for (const [i, event] of events.entries()) {
    if (stock + signed(event) < 0) events[i] = { ...event, sign: '+' };
    stock += signed(events[i] as Event);
  }
}

interface Template {
  readonly name: string;
  /** Whether it tells of things, of which there is never less than none. */
  readonly story: boolean;
  write(start: number, events: readonly Event[], random: Random): string;
}

const NAMES = ['Ann', 'Bob', 'Eve', 'Kim', 'Leo', 'Mia', 'Sam', 'Tom'];
const GOODS = ['pens', 'nuts', 'eggs', 'cups', 'figs'];
const PACKS = ['boxes', 'bags', 'crates'];
const GAINS = ['gets', 'buys', 'finds'];
const LOSSES = ['loses', 'sells', 'gives'];

const TEMPLATES: readonly Template[] = [
  { name: 'sum', story: false, write: (start, events) => `Compute ${spelled(start, events)}.` },
  { name: 'question', story: false, write: (start, events) => `What is ${spelled(start, events)}?` },
  {
    name: 'story',
    story: true,
    write: (start, events, random) => {
      const goods = random.pick(GOODS);
      return `${random.pick(NAMES)} has ${start} ${goods}, ${clauses(events, random)}. How many ${goods}?`;
    },
  },
  {
    name: 'stock',
    story: true,
    write: (start, events, random) =>
      `Stock: ${start} ${random.pick(GOODS)}. Then ${random.pick(NAMES)} ${clauses(events, random)}. Total?`,
  },
];

function clauses(events: readonly Event[], random: Random): string {
  return events
    .map(({ sign, amount, each }) => {
      const verb = random.pick(sign === '+' ? GAINS : LOSSES);
      return each === null ? `${verb} ${amount}` : `${verb} ${amount} ${random.pick(PACKS)} of ${each}`;
    })
    .join(', ');
}
