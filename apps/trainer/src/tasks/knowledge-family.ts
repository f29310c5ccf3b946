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
 * Multi-hop questions over a small world of people that only the look-up tool can see; each task has its own.
 *
 * "Who is the boss of the cook of mia?" needs `mia.cook`, then the boss of whoever that is. The habit is to take the
 * relations in the wrong order: the boss of mia first.
 */
export const knowledgeFamily: TaskFamily = {
  name: 'knowledge',
  defaultLength: { minCalls: 2, maxCalls: 4 },
  draw: drawKnowledge,
};

const RELATIONS = ['boss', 'cook', 'aunt', 'tutor', 'rival', 'guard', 'heir'] as const;
const PEOPLE = 20;

function drawKnowledge(random: Random, { minCalls, maxCalls }: TaskLength): TaskInstance {
  const relations = drawChain(random, random.int(minCalls, maxCalls));
  const people = drawPeople(random);
  const facts: Record<string, string> = {};
  for (const person of people)
    for (const relation of RELATIONS)
      facts[`${person}.${relation}`] = random.pick(people.filter((other) => other !== person));
  const start = random.pick(people);
  const follow = (chain: readonly string[]) =>
    chain.reduce((person, relation) => facts[`${person}.${relation}`] ?? '', start);
  const template = random.pick(TEMPLATES);
  return {
    row: {
      family: 'knowledge',
      prompt: template(start, relations),
      tools: [{ name: 'look', facts }],
      verifier: { kind: 'text', expected: follow(relations) },
      requiredCalls: relations.length,
    },
    composition: relations.join('.'),
    demonstrate: (strategy, rng) => demonstrate(start, relations, people, strategy, rng),
    invalidCall: (rng) =>
      rng.pick([`${start}.${relations[0]}`, `look ${start} ${relations[0]}`, `look ${start}`, 'look']),
  };
}

/** Relations in the order of the look-ups; the reversed chain differs, so the order matters. */
function drawChain(random: Random, length: number): string[] {
  const chain = Array.from({ length }, () => random.pick(RELATIONS));
  return chain.join() === [...chain].reverse().join() ? drawChain(random, length) : chain;
}

function drawPeople(random: Random): string[] {
  const people = new Set<string>();
  while (people.size < PEOPLE)
    people.add(random.pick([...'bdfgjklmnprstvz']) + random.pick([...'aeiou']) + random.pick([...'bdgklmnrstxz']));
  return [...people];
}

function* demonstrate(
  start: string,
  relations: readonly string[],
  people: readonly string[],
  strategy: Strategy,
  random: Random,
): Demonstration {
  if (strategy === 'direct') {
    yield answer(random.pick(people));
    return;
  }
  const chain = strategy === 'habit' ? [...relations].reverse() : [...relations];
  if (strategy === 'slip') chain[random.int(0, chain.length - 1)] = random.pick(RELATIONS);
  let person = start;
  for (const relation of strategy === 'premature' ? chain.slice(0, 1) : chain)
    person = yield call(`look ${person}.${relation}`);
  yield answer(person);
}

/** Outermost relation first in all but the last two, which name them in the order of the look-ups. */
const TEMPLATES: readonly ((start: string, relations: readonly string[]) => string)[] = [
  (start, relations) => `Who is the ${outward(relations, ' of the ')} of ${start}?`,
  (start, relations) => `Name the ${outward(relations, ' of the ')} of ${start}.`,
  (start, relations) => `Find ${outward(relations, ' of ')} of ${start}.`,
  (start, relations) => `Who is ${start}'s ${relations.join("'s ")}?`,
  (start, relations) => `Name ${start}'s ${relations.join("'s ")}.`,
];

const outward = (relations: readonly string[], joint: string) => [...relations].reverse().join(joint);
