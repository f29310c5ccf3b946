import { observe } from '../metrics/observer.js';
import { Child } from './child.js';
import type { PoolOptions } from './pool.js';

/** No child could be started. The message says why the last one failed. */
export class SandboxUnavailableError extends Error {
  override readonly name = 'SandboxUnavailableError';
}

export interface LauncherEvents {
  /** How many children are to be on their way up. */
  wanted(): number;
  /** Whether somebody would wait for the next child: none serves, or those that do take nothing new. */
  urgent(): boolean;
  onReady(child: Child): void;
  onLost(child: Child): void;
  /** Several in a row died at start. */
  onFailing(error: SandboxUnavailableError): void;
}

const attemptsBeforeError = 3;
const longestPauseMs = 5000;
/** A process that starts, and the fork before it, hold up whoever waits for an answer: those have so many ms to get it. */
const breathMs = 20;

/**
 * Starts children, as many as are wanted: at once if none serves, else in a moment. When they die at start it waits
 * before the next attempt, twice as long each time up to 5 s, and says so after three failures in a row.
 */
export class Launcher {
  readonly #options: PoolOptions;
  readonly #events: LauncherEvents;
  readonly #all = new Set<Child>();
  #starting = 0;
  #failures = 0;
  #pause: NodeJS.Timeout | null = null;
  #breath: NodeJS.Timeout | null = null;
  #closed = false;
  readonly #endAll = (): void => {
    for (const child of this.#all) child.end('closed');
  };

  constructor(options: PoolOptions, events: LauncherEvents) {
    this.#options = options;
    this.#events = events;
    process.once('exit', this.#endAll);
  }

  get children(): readonly Child[] {
    return [...this.#all];
  }

  /** Starts what is missing, unless it waits after a failure. */
  fill(): void {
    if (this.#closed || this.#pause !== null) return;
    if (this.#events.urgent()) this.#startWanted();
    else this.#breath ??= setTimeout(() => this.#startWanted(), breathMs);
  }

  /** Starts one child for whoever asks. */
  launch(): Child {
    const child = new Child(this.#options);
    const { observer } = this.#options;
    this.#all.add(child);
    child.ready.then(
      () => observe(observer, { type: 'child-started', pid: child.pid ?? 0, ms: performance.now() - child.startedAt }),
      () => {},
    );
    void child.gone.then(() => this.#all.delete(child));
    child.onLost = (cause, reason) => {
      const { pid = 0, served } = child;
      observe(observer, { type: 'child-ended', pid, cause, served, ...(reason !== undefined && { reason }) });
      this.#events.onLost(child);
      this.fill();
    };
    return child;
  }

  /** Ends every child, and waits until they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    process.removeListener('exit', this.#endAll);
    for (const timer of [this.#pause, this.#breath]) if (timer !== null) clearTimeout(timer);
    const gone = [...this.#all].map((child) => child.gone);
    this.#endAll();
    await Promise.all(gone);
  }

  #startWanted(): void {
    if (this.#breath !== null) clearTimeout(this.#breath);
    this.#breath = null;
    if (this.#closed || this.#pause !== null) return;
    const wanted = this.#events.wanted();
    while (this.#starting < wanted) this.#startOne();
  }

  #startOne(): void {
    this.#starting++;
    const child = this.launch();
    child.ready.then(
      () => {
        this.#starting--;
        this.#failures = 0;
        if (this.#closed) child.end('closed');
        else this.#events.onReady(child);
        this.fill();
      },
      (error: Error) => {
        this.#starting--;
        this.#failed(error);
      },
    );
  }

  #failed(error: Error): void {
    if (this.#closed) return;
    this.#failures++;
    if (this.#failures >= attemptsBeforeError) {
      this.#events.onFailing(
        new SandboxUnavailableError(
          `sandbox: no child process could be started, ${this.#failures} attempts failed in a row; the last one: ${error.message}`,
        ),
      );
    }
    if (this.#pause !== null) return;
    const pauseMs = Math.min(longestPauseMs, 50 * 2 ** (this.#failures - 1));
    this.#pause = setTimeout(() => {
      this.#pause = null;
      this.fill();
    }, pauseMs);
  }
}
