import { Child, type ChildOptions } from './child.js';

export interface PoolOptions extends ChildOptions {
  /** Children that serve. One more stands by. */
  readonly children: number;
  /** A child that has served so many requests takes no new sessions, and ends when its last one leaves. */
  readonly requestsPerChild: number;
}

/** No child could be started. The message says why the last one failed. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

const attemptsBeforeError = 3;
const longestPauseMs = 5000;

interface Waiter {
  readonly resolve: (child: Child) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Disposable child processes: some that serve, and a spare that takes the place of one that dies.
 *
 * When children die at start the pool waits before the next attempt, twice as long each time up to 5 s, and whoever
 * waits for a child is told after three failures in a row.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #serving: Child[] = [];
  readonly #waiters: Waiter[] = [];
  readonly #all = new Set<Child>();
  #spare: Child | null = null;
  #starting = 0;
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #endAll = (): void => {
    for (const child of this.#all) child.end('closed');
  };

  constructor(options: PoolOptions) {
    this.#options = options;
    process.once('exit', this.#endAll);
  }

  /** Starts the children that serve. @throws SandboxUnavailableError when that fails three times in a row */
  async start(): Promise<void> {
    this.#fill();
    while (this.#serving.length < this.#options.children) await this.#nextServing();
  }

  /** Process ids of all children, for tests and diagnosis. */
  get pids(): number[] {
    return [...this.#all].flatMap((child) => (child.alive && child.pid !== undefined ? [child.pid] : []));
  }

  /** The child with the fewest sessions, or with the fewest requests waiting. */
  acquire(fewest: 'sessions' | 'requests'): Promise<Child> {
    if (this.#closed) return Promise.reject(new Error('sandbox: closed'));
    const weight = (child: Child): number =>
      fewest === 'sessions' ? child.residents.size * 1000 + child.load : child.load * 1000 + child.residents.size;
    let best: Child | null = null;
    for (const child of this.#serving) {
      if (child.alive && !child.retiring && (best === null || weight(child) < weight(best))) best = child;
    }
    if (best !== null) return Promise.resolve(best);
    const next = this.#nextServing();
    this.#fill();
    return next;
  }

  /** A child that nobody else uses until it is given back: the spare, one that has no sessions, or a new one. */
  async acquireAlone(): Promise<Child> {
    if (this.#closed) throw new Error('sandbox: closed');
    const spare = this.#spare;
    if (spare?.alive) {
      this.#spare = null;
      return spare;
    }
    const empty = this.#serving.find((child) => child.alive && child.residents.size === 0 && child.load === 0);
    if (empty !== undefined) {
      this.#remove(empty);
      return empty;
    }
    const child = this.#launch();
    await child.ready;
    return child;
  }

  /** Takes back a child that was lent alone. */
  rejoin(child: Child): void {
    if (!child.alive) return;
    child.retiring = this.#missing() === 0;
    this.#serving.push(child);
    this.#fill();
    this.release(child);
  }

  /** To be called when a request is over: a child that has served its time parks its sessions, and ends. */
  release(child: Child): void {
    if (!child.alive || !this.#serving.includes(child)) return;
    child.retiring ||= child.served >= this.#options.requestsPerChild;
    child.retiring ||= child.rssMb > 0.75 * this.#options.limits.hardMemoryMb;
    if (!child.retiring) return;
    for (const resident of [...child.residents.values()]) if (!resident.busy) resident.park();
    if (child.residents.size === 0 && child.load === 0) child.end('closed');
    this.#fill();
  }

  /** Ends every child, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    process.removeListener('exit', this.#endAll);
    if (this.#pause !== null) clearTimeout(this.#pause);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(new Error('sandbox: closed'));
    const gone = [...this.#all].map((child) => child.gone);
    this.#endAll();
    await Promise.all(gone);
  }

  #nextServing(): Promise<Child> {
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  #launch(): Child {
    const child = new Child(this.#options);
    this.#all.add(child);
    child.ready.catch(() => {});
    child.onLost = () => {
      this.#all.delete(child);
      this.#remove(child);
      if (!this.#closed && this.#pause === null) this.#fill();
    };
    return child;
  }

  #remove(child: Child): void {
    const place = this.#serving.indexOf(child);
    if (place >= 0) this.#serving.splice(place, 1);
    if (this.#spare === child) this.#spare = null;
  }

  /** Promotes the spare and starts what is missing; the spare last, so that it does not hold up the others. */
  #fill(): void {
    if (this.#closed) return;
    if (this.#missing() > 0 && this.#spare?.alive) {
      const spare = this.#spare;
      this.#spare = null;
      this.#serve(spare);
    }
    if (this.#pause !== null) return;
    const wanted = this.#missing() || (this.#spare === null ? 1 : 0);
    while (this.#starting < wanted) this.#startOne();
  }

  #missing(): number {
    const serving = this.#serving.filter((child) => child.alive && !child.retiring).length;
    return Math.max(0, this.#options.children - serving);
  }

  #startOne(): void {
    this.#starting++;
    const child = this.#launch();
    child.ready.then(
      () => {
        this.#starting--;
        this.#failures = 0;
        if (this.#closed) child.end('closed');
        else if (this.#missing() > 0) this.#serve(child);
        else if (this.#spare === null) this.#spare = child;
        else child.end('closed');
        this.#fill();
      },
      (error: Error) => {
        this.#starting--;
        this.#failed(error);
      },
    );
  }

  #serve(child: Child): void {
    this.#serving.push(child);
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(child);
  }

  #failed(error: Error): void {
    if (this.#closed) return;
    this.#failures++;
    if (this.#failures >= attemptsBeforeError) {
      const failure = new SandboxUnavailableError(
        `sandbox: no child process could be started, ${this.#failures} attempts failed in a row; the last one: ${error.message}`,
      );
      for (const waiter of this.#waiters.splice(0)) waiter.reject(failure);
    }
    if (this.#pause !== null) return;
    const pauseMs = Math.min(longestPauseMs, 50 * 2 ** (this.#failures - 1));
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.#fill();
    }, pauseMs);
  }
}
