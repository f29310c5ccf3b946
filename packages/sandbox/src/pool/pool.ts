import type { SandboxObserver } from '../metrics/observer.js';
import type { Child, ChildOptions } from './child.js';
import { Launcher } from './launcher.js';
import type { Ticket } from './ticket.js';
import { heavyMs, type Lane, Turns } from './turns.js';

export interface PoolOptions extends ChildOptions {
  /** Children that serve. One more stands by. */
  readonly children: number;
  /** A child that has served so many requests takes no new sessions, and ends when its last one leaves. */
  readonly requestsPerChild: number;
  readonly observer: SandboxObserver;
}

export interface TurnRequest {
  readonly lane: Lane;
  readonly ticket: Ticket;
  readonly home: Child | null;
  /** Whether it must run at home, as long as that is alive; else it may move when its home is at something long. */
  readonly stays?: boolean;
}

/** A place in a child. To be given back by {@link Pool.done}. */
export interface Place {
  readonly child: Child;
  readonly lane: Lane;
  readonly heavy: boolean;
}

/**
 * Pieces of work in one child at once, running or in its pipe. What must run there goes out in numbers, so that steps
 * of sessions share writes and reads; what may run anywhere waits here, where it can still go to whoever is free first.
 */
const placesPerChild = 32;
const placesForAnything = 4;
/** While there was short work within this, long work leaves one child to it. */
const lightMs = 250;

/** Disposable child processes, some that serve and a spare that takes the place of one that dies, and who may use them. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #launcher: Launcher;
  readonly #serving: Child[] = [];
  readonly #turns = new Turns<Child>();
  #spare: Child | null = null;
  #waitingForStart: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #lightAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#launcher = new Launcher(options, {
      wanted: () => this.#missing() || (this.#spare === null ? 1 : 0),
      urgent: () => !this.#serving.some(({ alive, retiring }) => alive && !retiring),
      onReady: (child) => this.#join(child),
      onLost: (child) => this.#leave(child),
      onFailing: (error) => {
        this.#waitingForStart?.reject(error);
        this.#turns.rejectAll(error);
      },
    });
  }

  /** Starts the children that serve. @throws SandboxUnavailableError when that fails three times in a row */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waitingForStart = { resolve, reject };
      this.#launcher.fill();
    });
  }

  /** Process ids of all children, for tests and diagnosis. */
  get pids(): number[] {
    return this.#launcher.children.flatMap((child) => (child.alive && child.pid !== undefined ? [child.pid] : []));
  }

  /** Pieces of work that wait for a place. */
  get waiting(): number {
    return this.#turns.size;
  }

  /** A place in a child, when it is this lane's turn. */
  turn({ lane, ticket, home, stays = false }: TurnRequest): Promise<Place> {
    if (this.#closed) return Promise.reject(new Error('sandbox: closed'));
    if (!lane.heavy) this.#lightAt = performance.now();
    const at = home?.alive && (stays || lane.heavy || !this.#wouldWait(home)) ? home : null;
    return new Promise((resolve, reject) => {
      this.#turns.add({ lane, ticket, home: at, resolve: (child) => resolve(taken(child, lane)), reject });
      if (at === null) this.#serveAnything();
      else this.#serve(at);
      if (this.#missing() > 0) this.#launcher.fill();
    });
  }

  /** Gives a place back. A child that has served its time parks its sessions, and ends. */
  done({ child, lane, heavy }: Place, ms: number): void {
    child.taken--;
    child.served++;
    if (heavy) child.heavy--;
    this.#turns.charge(lane, ms);
    // Its session is idle in a moment, and then gives its place to whoever waits for one.
    if (this.#singleUse && this.#turns.anyFree && this.#missing() === 0) child.retiring = true;
    this.release(child);
    this.#serve(child);
  }

  /** A child that nobody else uses until it is given back: the spare, one that has no sessions, or a new one. */
  async acquireAlone(): Promise<Child> {
    if (this.#closed) throw new Error('sandbox: closed');
    const spare = this.#spare;
    if (spare?.alive) {
      this.#spare = null;
      return spare;
    }
    const empty = this.#serving.find((child) => child.alive && child.residents.size === 0 && child.taken === 0);
    if (empty !== undefined) {
      this.#serving.splice(this.#serving.indexOf(empty), 1);
      this.#launcher.fill();
      return empty;
    }
    const child = this.#launcher.launch();
    await child.ready;
    return child;
  }

  /** Takes back a child that was lent alone. */
  rejoin(child: Child): void {
    if (!child.alive) return;
    child.retiring = this.#missing() === 0;
    this.#serving.push(child);
    this.#launcher.fill();
    this.release(child);
    this.#serve(child);
  }

  /** To be called when a session has left, or work is over: a child that has served its time is ended when it can be. */
  release(child: Child): void {
    if (!child.alive || !this.#serving.includes(child)) return;
    child.retiring ||= child.served >= this.#options.requestsPerChild;
    child.retiring ||= child.rssMb > 0.75 * this.#options.limits.hardMemoryMb;
    child.retiring ||= this.#singleUse && child.served > 0 && child.residents.size === 0 && child.taken === 0;
    if (!child.retiring) return;
    for (const resident of [...child.residents.values()]) if (!resident.busy) resident.park();
    if (child.residents.size === 0 && child.taken === 0 && child.load === 0) child.end('closed');
    this.#promote();
    this.#launcher.fill();
  }

  /** Parks every session that has not run since the time given, by `performance.now()`. */
  parkIdle(before: number): void {
    for (const child of this.#serving) {
      for (const resident of [...child.residents.values()]) {
        if (!resident.busy && resident.usedAt < before) resident.park();
      }
    }
  }

  /** Ends every child, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    const error = new Error('sandbox: closed');
    this.#waitingForStart?.reject(error);
    this.#turns.rejectAll(error);
    await this.#launcher.close();
    this.#turns.rejectAll(error);
  }

  get #singleUse(): boolean {
    return this.#options.runtime.singleUse ?? false;
  }

  /** Whether a child may take work that has no home. */
  #isFree(child: Child): boolean {
    if (!child.alive || child.retiring || !this.#serving.includes(child)) return false;
    if (this.#singleUse) return child.served === 0 && child.taken === 0;
    return child.taken < placesForAnything && isOpen(child);
  }

  /** Where every child holds a session: the one that is idle longest makes room. */
  #parkOldest(): void {
    if (!this.#singleUse || this.#missing() > 0 || !this.#turns.anyFree) return;
    const idle = this.#serving.flatMap((child) => [...child.residents.values()].filter(({ busy }) => !busy));
    if (idle.length > 0) idle.reduce((oldest, next) => (next.usedAt < oldest.usedAt ? next : oldest)).park();
  }

  #missing(): number {
    const serving = this.#serving.filter((child) => child.alive && !child.retiring).length;
    return Math.max(0, this.#options.children - serving);
  }

  #join(child: Child): void {
    if (this.#missing() > 0) this.#enlist(child);
    else if (this.#spare === null) this.#spare = child;
    else child.end('closed');
  }

  /** Puts the spare in the place of a child that is missing. */
  #promote(): void {
    const spare = this.#spare;
    if (this.#missing() === 0 || !spare?.alive) return;
    this.#spare = null;
    this.#enlist(spare);
  }

  #enlist(child: Child): void {
    this.#serving.push(child);
    if (this.#missing() === 0) {
      this.#waitingForStart?.resolve();
      this.#waitingForStart = null;
    }
    this.#serve(child);
    if (this.#singleUse) this.#serveAnything();
  }

  #leave(child: Child): void {
    const place = this.#serving.indexOf(child);
    if (place >= 0) this.#serving.splice(place, 1);
    if (this.#spare === child) this.#spare = null;
    this.#turns.release(child);
    this.#promote();
    this.#serveAnything();
  }

  #serve(child: Child): void {
    while (child.alive && child.taken < placesPerChild) {
      const light = this.#isFree(child);
      const heavy = light && (this.#singleUse || (child.heavy === 0 && this.#maySpare(child)));
      const work = this.#turns.takeFor(child, { light, heavy });
      if (work === null) return;
      work.resolve(child);
    }
  }

  /** Offers what may run anywhere to those with the fewest requests, then the fewest sessions. */
  #serveAnything(): void {
    const weight = ({ residents, taken }: Child): number => taken * 1000 + residents.size;
    for (const child of [...this.#serving].sort((a, b) => weight(a) - weight(b))) this.#serve(child);
    this.#parkOldest();
  }

  /** Whether a child may take long work: another one without is left, or nobody has short work. */
  #maySpare(child: Child): boolean {
    if (this.#options.children < 2 || performance.now() - this.#lightAt > lightMs) return true;
    return this.#serving.some((other) => other !== child && other.alive && !other.retiring && other.heavy === 0);
  }

  /** Whether short work would wait behind long work, while another child has none. */
  #wouldWait(home: Child): boolean {
    if (home.heavy === 0 && isOpen(home)) return false;
    return this.#serving.some(
      (other) => other !== home && other.alive && !other.retiring && other.heavy === 0 && isOpen(other),
    );
  }
}

/** Whether nothing long runs, known or not. */
const isOpen = (child: Child): boolean => child.runsMs < heavyMs;

function taken(child: Child, lane: Lane): Place {
  const { heavy } = lane;
  child.taken++;
  if (heavy) child.heavy++;
  return { child, lane, heavy };
}
