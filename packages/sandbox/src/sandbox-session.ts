import { hash } from 'node:crypto';
import type { Child, ChildOutcome, Resident } from './child.js';
import type { Pool } from './pool.js';
import type { RunResult } from './run-result.js';
import type { SandboxLimits } from './sandbox-limits.js';
import { failure, resultOf, supervise } from './supervise.js';
import { Ticket } from './ticket.js';

/** How a session, or a single run, begins. */
export interface SessionOptions {
  /** Seeds `Math.random`. An integer from 0 to 2^53 - 1, by default 0. */
  readonly seed?: number;
  /**
   * Source that runs before the first step: the data and the helper functions of a tool. It runs inside the isolate
   * as any step does, and its names are global there. What it prints is dropped.
   */
  readonly globals?: string;
}

export interface RunOptions {
  /** Ends the run with `aborted`, in the queue and in flight. */
  readonly signal?: AbortSignal;
}

export interface SessionContext {
  readonly pool: Pool;
  readonly limits: SandboxLimits;
  readonly sessionsPerChild: number;
  /** A name for an isolate that was never used before. */
  readonly nextId: () => number;
  readonly onClose: (session: SandboxSession) => void;
}

interface Step {
  readonly ticket: Ticket;
  /** `null` only opens the isolate. */
  readonly source: string | null;
}

interface LoggedStep {
  readonly source: string;
  /** Digest of the result. */
  readonly answer: string;
}

/**
 * Code that runs step by step and keeps its state, as the cells of a notebook do.
 *
 * Steps run one after the other, in the order of the calls. The session holds the source of every step that counted.
 * When its isolate is gone (its child was lost, a step was cut off, it was parked to make room) the next step first
 * plays them again; randomness is seeded and the clock stands still, so the state is the same. If an answer differs
 * all the same, the step ends with `session-lost`.
 *
 * A step that ends by `timeout`, `memory`, `crashed`, `killed`, `aborted` or `internal` leaves no trace; one that ends
 * by `runtime`, `output-limit` or `unserializable` keeps what it did before it failed.
 */
export class SandboxSession implements AsyncDisposable, Resident {
  readonly #context: SessionContext;
  readonly #seed: number;
  readonly #globals: string;
  readonly #log: LoggedStep[] = [];
  readonly #queue: Step[] = [];
  #running: Step | null = null;
  #child: Child | null = null;
  #isolate = 0;
  #opened = false;
  #steps = 0;
  #closed = false;

  /** Use `sandbox.session()`. */
  constructor(context: SessionContext, { seed = 0, globals = '' }: SessionOptions) {
    checkSeed(seed);
    this.#context = context;
    this.#seed = seed;
    this.#globals = globals;
  }

  /**
   * Opens the isolate, so that a mistake in the globals shows now. `sandbox.session()` has done it.
   *
   * @throws Error that says what is wrong with the globals, or why there is no child process
   */
  async open(): Promise<void> {
    const result = await this.#enqueue(null, undefined);
    if (result.status === 'error') throw new Error(`session: could not open, ${result.kind}: ${result.message}`);
    this.#opened = true;
  }

  /**
   * Runs one step.
   *
   * @returns what came of it: mistakes and attacks of the code are results too
   * @throws Error when the session is closed
   */
  run(code: string, { signal }: RunOptions = {}): Promise<RunResult> {
    if (this.#closed) return Promise.reject(new Error('session: closed'));
    const { sourceBytes, stepsPerSession } = this.#context.limits;
    if (Buffer.byteLength(code) > sourceBytes) return Promise.resolve(sourceTooLarge(sourceBytes));
    if (++this.#steps > stepsPerSession) {
      return Promise.resolve(failure('runtime', `Error: the session has had its ${stepsPerSession} steps`));
    }
    return this.#enqueue(code, signal);
  }

  /** Ends the session. Runs that wait or are under way end with `aborted`. Closing again does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const { ticket } of [...this.#queue]) ticket.cancel();
    this.#running?.ticket.cancel();
    this.park();
    this.#context.onClose(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether a step runs or waits. */
  get busy(): boolean {
    return this.#running !== null || this.#queue.length > 0;
  }

  /** Gives the isolate up; the next step makes it again by replay. */
  park(): void {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.closeSession(this.#isolate);
    this.#context.pool.release(child);
  }

  #enqueue(source: string | null, signal: AbortSignal | undefined): Promise<RunResult> {
    const ticket = new Ticket(signal);
    if (ticket.cancelled) return ticket.result;
    const step: Step = { ticket, source };
    ticket.onCancel = () => this.#cancelled(step);
    this.#queue.push(step);
    this.#next();
    return ticket.result;
  }

  #cancelled(step: Step): void {
    const place = this.#queue.indexOf(step);
    if (place >= 0) this.#queue.splice(place, 1);
    if (this.#running !== step) return;
    // It may be running in the isolate at this moment: that isolate is no longer ours.
    this.#running = null;
    this.park();
    this.#next();
  }

  #next(): void {
    if (this.#running !== null) return;
    const step = this.#queue.shift();
    if (step === undefined) return;
    this.#running = step;
    void this.#execute(step).then((result) => {
      if (step.ticket.cancelled) return;
      this.#running = null;
      this.#keep(step, result);
      step.ticket.settle(result);
      if (this.#child?.retiring && this.#queue.length === 0) this.park();
      this.#next();
    });
  }

  #execute({ ticket, source }: Step): Promise<RunResult> {
    const { pool, limits } = this.#context;
    return supervise(
      {
        fewest: 'sessions',
        home: () => (this.#child?.alive ? this.#child : null),
        prepare: (child) => (this.#child === child ? this.#touch(child) : this.#settleIn(child, ticket)),
        send: (child, wallMs) =>
          source === null
            ? Promise.resolve({ type: 'reply', outcome: { error: null, output: '', text: '' } })
            : child.request({ op: 'step', session: this.#isolate, source }, wallMs),
        discard: () => {
          if (!ticket.cancelled) this.park();
        },
        cancelled: () => ticket.cancelled,
      },
      pool,
      limits,
    );
  }

  /** Writes a step into the log if its effects count, and gives the isolate up if they must not. */
  #keep({ source }: Step, result: RunResult): void {
    const kind = result.status === 'ok' ? 'ok' : result.kind;
    switch (kind) {
      case 'ok':
      case 'runtime':
      case 'output-limit':
      case 'unserializable':
        if (source !== null) this.#log.push({ source, answer: digest(result) });
        return;
      case 'syntax':
      case 'source-too-large':
        return;
      default:
        this.park();
    }
  }

  #touch(child: Child): Promise<null> {
    child.residents.delete(this.#isolate);
    child.residents.set(this.#isolate, this);
    return Promise.resolve(null);
  }

  /** Opens an isolate in a child and plays the log there. */
  async #settleIn(child: Child, ticket: Ticket): Promise<ChildOutcome | RunResult | null> {
    this.park();
    this.#makeRoom(child);
    const { nextId, limits } = this.#context;
    const session = nextId();
    child.residents.set(session, this);
    this.#child = child;
    this.#isolate = session;
    const open = child.request({ op: 'open', session, seed: this.#seed, globals: this.#globals }, limits.wallMs);
    const played = this.#log.map(({ source }) => child.request({ op: 'step', session, source }, limits.wallMs));
    const [opened, ...answers] = await Promise.all([open, ...played]);
    if (ticket.cancelled) return failure('aborted', 'the run was aborted');
    const lost = [opened, ...answers].filter((outcome) => outcome.type === 'lost');
    const blame = lost.find(({ running }) => running) ?? lost[0];
    if (blame !== undefined) return blame;
    const starved = [opened, ...answers].find(
      (outcome) => outcome.type === 'reply' && outcome.outcome.error === 'starved',
    );
    if (starved !== undefined) return starved;
    if (!this.#opened) return opened.type === 'reply' && opened.outcome.error === null ? null : opened;
    const same = answers.every((answer, place) => {
      const result = answer.type === 'reply' ? resultOf(answer.outcome) : null;
      return result !== null && digest(result) === this.#log[place]?.answer;
    });
    return same
      ? null
      : failure('session-lost', 'the earlier steps of the session gave other answers when played again');
  }

  /** Parks the session that was idle longest when the child is full. */
  #makeRoom(child: Child): void {
    if (child.residents.size < this.#context.sessionsPerChild) return;
    for (const resident of child.residents.values()) {
      if (resident.busy) continue;
      resident.park();
      return;
    }
  }
}

/** @throws RangeError when it is none */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
}

export function sourceTooLarge(sourceBytes: number): RunResult {
  return failure('source-too-large', `the source limit is ${sourceBytes} bytes`);
}

function digest(result: RunResult): string {
  const text = result.status === 'ok' ? result.text : `${result.kind}\n${result.output}\n${result.message}`;
  return hash('sha256', text, 'base64');
}
