import { describe, expect, test } from 'vitest';
import { Ticket } from './ticket.js';
import { Lane, Turns } from './turns.js';

const child = { name: 'a child' };
const other = { name: 'another' };
const both = { light: true, heavy: true };

/** Adds work of a lane and hands it out, by the name of the lane. */
function line() {
  const turns = new Turns<{ name: string }>();
  const names = new Map<Lane, string>();
  return {
    turns,
    add: (name: string, lane: Lane, home: { name: string } | null = null, ticket = new Ticket(undefined)) => {
      names.set(lane, name);
      turns.add({ lane, ticket, home, resolve: () => {}, reject: () => {} });
      return ticket;
    },
    take: (at = child, takes = both) => {
      const work = turns.takeFor(at, takes);
      return work === null ? null : names.get(work.lane);
    },
  };
}

describe('turns', () => {
  test('one that asks for much waits for itself, not the others for it', () => {
    const { add, take } = line();
    const [greedy, modest] = [new Lane(), new Lane()];
    for (let i = 0; i < 5; i++) add('greedy', greedy);
    expect(take()).toBe('greedy');
    // Starts of greedy: 0, 1, 2, 3, 4 (its guessed cost is 1). The clock is at 0, so modest starts at 0.
    add('modest', modest);
    add('modest', modest);
    expect([take(), take(), take(), take()]).toEqual(['modest', 'greedy', 'modest', 'greedy']);
  });

  test('what work took moves its lane back', () => {
    const { turns, add, take } = line();
    const [slow, quick] = [new Lane(), new Lane()];
    add('slow', slow);
    take();
    turns.charge(slow, 10);
    // slow: 0 + 1 guessed + 9 more than guessed = 10.
    expect(slow.finish).toBe(10);
    for (let i = 0; i < 3; i++) add('quick', quick);
    add('slow', slow);
    expect([take(), take(), take(), take()]).toEqual(['quick', 'quick', 'quick', 'slow']);
  });

  test('a lane that was idle has saved nothing up', () => {
    const { add, take } = line();
    const [busy, idle] = [new Lane(), new Lane()];
    for (let i = 0; i < 4; i++) add('busy', busy);
    for (let i = 0; i < 4; i++) take();
    // The clock is at 3: idle starts there, not at 0, and has one turn before busy, which is at 4.
    add('busy', busy);
    add('idle', idle);
    add('idle', idle);
    expect([take(), take(), take()]).toEqual(['idle', 'busy', 'idle']);
  });

  test('work stays at home, until that is gone', () => {
    const { turns, add, take } = line();
    add('at home', new Lane(), child);
    expect(take(other)).toBeNull();
    turns.release(child);
    expect(take(other)).toBe('at home');
  });

  test('what was given up does not wait', () => {
    const { turns, add, take } = line();
    const first = add('first', new Lane());
    add('second', new Lane());
    expect(turns.size).toBe(2);
    first.cancel();
    expect(turns.size).toBe(1);
    expect(take()).toBe('second');
    expect(turns.size).toBe(0);
    expect(take()).toBeNull();
  });

  test('a lane whose work is long waits where others do not', () => {
    const { turns, add, take } = line();
    const lane = new Lane();
    // 0.75 * 1 + 0.25 * 400 = 100.75 ms: above 50.
    turns.charge(lane, 400);
    expect(lane.heavy).toBe(true);
    add('heavy', lane);
    expect(take(child, { light: true, heavy: false })).toBeNull();
    expect(take()).toBe('heavy');
  });
});
