import { Heap } from './heap.js';
import type { Ticket } from './ticket.js';

/** A caller, as far as fairness goes: what it has used of the pool so far, in ms of run time. */
export class Lane {
  /** Where its next piece of work stands in line. */
  finish = 0;
  /** What one piece of its work takes, guessed from those before. */
  cost = 1;
}

/** A piece of work that waits for a place in a child. */
export interface Waiting<C> {
  readonly lane: Lane;
  readonly ticket: Ticket;
  /** The child that it must run in; `null`: any. */
  readonly home: C | null;
  /** Whether a child should have few sessions or few requests to be chosen for it. */
  readonly fewest: 'sessions' | 'requests';
  readonly start: number;
  readonly order: number;
  readonly resolve: (child: C) => void;
  readonly reject: (error: Error) => void;
}

type NewWaiting<C> = Omit<Waiting<C>, 'start' | 'order'>;

/**
 * Who is next: start-time fair queueing over lanes.
 *
 *     start  = max(clock, lane.finish)        lane.finish = start + guessed cost, corrected once the cost is known
 *     clock  = start of the work that was served last
 *
 * The least start is served first, so that a lane that used little stands before one that used much, and one that
 * sends a thousand pieces of work at once stands in its own way only. (P. Goyal, H. Vin, H. Cheng: Start-time Fair
 * Queueing, SIGCOMM 1996.)
 */
export class Turns<C extends object> {
  readonly #anywhere = newLine<C>();
  readonly #at = new Map<C, Heap<Waiting<C>>>();
  #clock = 0;
  #order = 0;
  #size = 0;

  /** Work that waits, without what was given up. */
  get size(): number {
    return this.#size;
  }

  add(work: NewWaiting<C>): void {
    const { lane, ticket, home } = work;
    const start = Math.max(this.#clock, lane.finish);
    lane.finish = start + lane.cost;
    this.#size++;
    const waiting = { ...work, start, order: this.#order++ };
    this.#line(home).push(waiting);
    ticket.onDrop(() => {
      this.#size--;
    });
  }

  /** Takes the next work for a child: what must run there, or, if it takes such, what may run anywhere. */
  takeFor(child: C, takesAnything: boolean): Waiting<C> | null {
    const own = this.#at.get(child);
    const bound = own === undefined ? undefined : firstWanted(own);
    const free = takesAnything ? firstWanted(this.#anywhere) : undefined;
    if (bound === undefined && free === undefined) return null;
    const line = free === undefined || (bound !== undefined && before(bound, free)) ? own : this.#anywhere;
    return this.#served(line?.pop() as Waiting<C>);
  }

  /** The next work that may run anywhere, without taking it. */
  peek(): Waiting<C> | null {
    return firstWanted(this.#anywhere) ?? null;
  }

  /** A child is gone: what had to run there may run anywhere. */
  release(child: C): void {
    const line = this.#at.get(child);
    this.#at.delete(child);
    for (let work = line?.pop(); work !== undefined; work = line?.pop()) this.#anywhere.push({ ...work, home: null });
  }

  /** Nobody can serve what may run anywhere. */
  rejectAll(error: Error): void {
    for (let work = firstWanted(this.#anywhere); work !== undefined; work = firstWanted(this.#anywhere)) {
      this.#anywhere.pop();
      this.#served(work).reject(error);
    }
  }

  /** Corrects a lane by what its work took. */
  charge(lane: Lane, ms: number): void {
    const guess = lane.cost;
    lane.cost = 0.75 * lane.cost + 0.25 * ms;
    lane.finish += ms - guess;
  }

  #served(work: Waiting<C>): Waiting<C> {
    this.#size--;
    this.#clock = Math.max(this.#clock, work.start);
    work.ticket.onDrop(null);
    return work;
  }

  #line(home: C | null): Heap<Waiting<C>> {
    if (home === null) return this.#anywhere;
    let line = this.#at.get(home);
    if (line === undefined) {
      line = newLine();
      this.#at.set(home, line);
    }
    return line;
  }
}

type Place = Pick<Waiting<never>, 'start' | 'order'>;

function newLine<C>(): Heap<Waiting<C>> {
  return new Heap<Waiting<C>>(before);
}

function before(a: Place, b: Place): boolean {
  return a.start < b.start || (a.start === b.start && a.order < b.order);
}

/** Drops what was given up. */
function firstWanted<C>(line: Heap<Waiting<C>>): Waiting<C> | undefined {
  for (;;) {
    const first = line.first();
    if (first === undefined || !first.ticket.cancelled) return first;
    line.pop();
  }
}
