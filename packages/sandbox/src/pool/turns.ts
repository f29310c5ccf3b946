import { Heap } from './heap.js';
import type { Ticket } from './ticket.js';

/** A caller, as far as fairness goes: what it has used of the pool so far, in ms of run time. */
export class Lane {
  /** Where its next piece of work stands in line. */
  finish = 0;
  /** What one piece of its work takes, guessed from those before. */
  cost = 1;

  /** Whether its work is long, so that others are better off elsewhere. */
  get heavy(): boolean {
    return this.cost > heavyMs;
  }
}

/** Work that takes longer is long: a hundred times what a single run of a few lines takes. */
export const heavyMs = 50;

/** A piece of work that waits for a place in a child. */
export interface Waiting<C> {
  readonly lane: Lane;
  readonly ticket: Ticket;
  /** The child that it must run in; `null`: any. */
  readonly home: C | null;
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
  readonly #light = newLine<C>();
  readonly #heavy = newLine<C>();
  readonly #at = new Map<C, Heap<Waiting<C>>>();
  #clock = 0;
  #order = 0;
  #size = 0;

  /** Work that waits, without what was given up. */
  get size(): number {
    return this.#size;
  }

  /** Whether something waits that may run anywhere. */
  get anyFree(): boolean {
    return firstWanted(this.#light) !== undefined || firstWanted(this.#heavy) !== undefined;
  }

  add(work: NewWaiting<C>): void {
    const { lane, ticket } = work;
    const start = Math.max(this.#clock, lane.finish);
    lane.finish = start + lane.cost;
    this.#size++;
    const waiting = { ...work, start, order: this.#order++ };
    this.#line(waiting).push(waiting);
    ticket.onDrop(() => {
      this.#size--;
    });
  }

  /** Takes the next work for a child: what must run there or, if it takes such, what may run anywhere. */
  takeFor(child: C, takes: { readonly light: boolean; readonly heavy: boolean }): Waiting<C> | null {
    const own = this.#at.get(child);
    let best: Heap<Waiting<C>> | null = null;
    for (const line of [own, takes.light ? this.#light : undefined, takes.heavy ? this.#heavy : undefined]) {
      const first = line === undefined ? undefined : firstWanted(line);
      if (line === undefined || first === undefined) continue;
      if (best === null || before(first, best.first() as Waiting<C>)) best = line;
    }
    return best === null ? null : this.#served(best.pop() as Waiting<C>);
  }

  /** A child is gone: what had to run there may run anywhere. */
  release(child: C): void {
    const line = this.#at.get(child);
    this.#at.delete(child);
    for (let work = line?.pop(); work !== undefined; work = line?.pop()) {
      const free = { ...work, home: null };
      this.#line(free).push(free);
    }
  }

  /** Nobody can serve what may run anywhere. */
  rejectAll(error: Error): void {
    for (const line of [this.#light, this.#heavy]) {
      for (let work = firstWanted(line); work !== undefined; work = firstWanted(line)) {
        line.pop();
        this.#served(work).reject(error);
      }
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

  #line({ home, lane }: Waiting<C>): Heap<Waiting<C>> {
    if (home === null) return lane.heavy ? this.#heavy : this.#light;
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
