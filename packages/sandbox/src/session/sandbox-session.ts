import { observe, type SandboxObserver } from '../metrics/observer.js';
import type { Child, ChildOutcome, FinalOutcome, Resident } from '../pool/child.js';
import type { Pool } from '../pool/pool.js';
import { Supervision, type Work } from '../pool/supervision.js';
import { Ticket } from '../pool/ticket.js';
import type { Lane } from '../pool/turns.js';
import { failure, sourceTooLarge } from '../result-of.js';
import type { RunResult } from '../run-result.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { SessionLog } from './session-log.js';
import { SessionOpenError } from './session-open-error.js';
import { checkNow, checkSeed, type RunOptions, type SessionOptions, toolsByName } from './session-options.js';
import { StepCalls, type ToolHost } from './step-calls.js';

export interface SessionContext {
  readonly pool: Pool;
  /** On whose account it runs. */
  readonly lane: Lane;
  readonly limits: SandboxLimits;
  readonly observer: SandboxObserver;
  readonly now: number;
  readonly sessionsPerChild: number;
  /** A name for an isolate that was never used before. */
  readonly nextId: () => number;
  /** @throws SandboxBusyError when too many wait already */
  readonly admit: () => void;
  readonly onClose: (session: SandboxSession) => void;
}

/** An isolate is opened and a step played again within this, or longer if a step may take longer. */
const leastReplayMs = 5000;

interface Step {
  readonly ticket: Ticket;
  /** `null` only opens the isolate. */
  readonly source: string | null;
  readonly calls: StepCalls | null;
  readonly askedAt: number;
}

/**
 * Code that runs step by step and keeps its state, as the cells of a notebook do.
 *
 * Steps run one after the other, in the order of the calls. The session holds the source of every step that counted.
 * When its isolate is gone (its child was lost, a step was cut off, it was parked to make room) the next step first
 * plays them again; randomness is seeded, the clock stands still, and host tools are not called again, so the state is
 * the same. If an answer differs all the same, the step ends with `session-lost`.
 *
 * A step that ends by `timeout`, `memory`, `crashed`, `killed`, `aborted` or `internal` leaves no trace; one that ends
 * by `runtime`, `output-limit` or `unserializable` keeps what it did before it failed. What host tools did outside stays.
 */
export class SandboxSession implements AsyncDisposable, Resident {
  readonly #context: SessionContext;
  readonly #seed: number;
  readonly #now: number;
  readonly #globals: string;
  readonly #host: ToolHost;
  readonly #lane: Lane;
  readonly #log = new SessionLog();
  readonly #queue: Step[] = [];
  #running: Step | null = null;
  #child: Child | null = null;
  #isolate = 0;
  #steps = 0;
  #usedAt = 0;
  #closed = false;

  /** Use `sandbox.session()`. */
  constructor(context: SessionContext, { seed = 0, now = context.now, globals = '', tools = [] }: SessionOptions) {
    checkSeed(seed);
    checkNow(now);
    this.#context = context;
    this.#lane = context.lane;
    this.#seed = seed;
    this.#now = now;
    this.#globals = globals;
    this.#host = { tools: toolsByName(tools), limits: context.limits, observer: context.observer };
  }

  /**
   * Runs the globals, so that a mistake in them shows now. `sandbox.session()` has done it.
   *
   * @throws SessionOpenError that says what is wrong with the globals, or why there is no child process
   */
  async open(signal?: AbortSignal): Promise<void> {
    if (this.#globals === '') return;
    const result = await this.#enqueue(null, signal);
    if (result.status === 'error') throw new SessionOpenError(result);
  }

  /**
   * Runs one step.
   *
   * @returns what came of it: mistakes and attacks of the code are results too
   * @throws Error when the session is closed
   * @throws SandboxBusyError when too many runs wait already
   */
  async run(code: string, { signal }: RunOptions = {}): Promise<RunResult> {
    if (this.#closed) throw new Error('session: closed');
    const { sourceBytes, stepsPerSession } = this.#context.limits;
    if (code.length * 3 > sourceBytes && Buffer.byteLength(code) > sourceBytes) return sourceTooLarge(sourceBytes);
    if (this.#steps >= stepsPerSession) {
      return failure('runtime', `Error: the session has had its ${stepsPerSession} steps`, 'stepsPerSession');
    }
    this.#context.admit();
    this.#steps++;
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

  get usedAt(): number {
    return this.#usedAt;
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
    const calls = this.#host.tools.size === 0 || source === null ? null : new StepCalls(this.#host);
    const step: Step = { ticket, source, calls, askedAt: performance.now() };
    ticket.onCancel = () => this.#cancelled(step);
    this.#queue.push(step);
    this.#next();
    return ticket.result;
  }

  #cancelled(step: Step): void {
    const place = this.#queue.indexOf(step);
    if (place >= 0) this.#queue.splice(place, 1);
    step.calls?.end();
    this.#observe(step, 'aborted', 0, 0);
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
    void this.#execute(step);
  }

  async #execute(step: Step): Promise<void> {
    const { pool, limits } = this.#context;
    const supervised = await new Supervision(this.#workOf(step), pool, limits).run();
    step.calls?.end();
    if (step.ticket.cancelled) return;
    const result = step.calls?.hostFailed ? blameHost(supervised.result) : supervised.result;
    this.#running = null;
    this.#usedAt = performance.now();
    this.#keep(step, result);
    step.ticket.settle(result);
    this.#observe(step, result.status === 'ok' ? 'ok' : result.kind, supervised.queueMs, supervised.retries);
    if (this.#child?.retiring && this.#queue.length === 0) this.park();
    this.#next();
  }

  #observe(
    { source, askedAt }: Step,
    outcome: 'ok' | Extract<RunResult, { kind: unknown }>['kind'],
    queueMs: number,
    retries: number,
  ): void {
    if (source === null) return;
    const runMs = performance.now() - askedAt - queueMs;
    observe(this.#context.observer, { type: 'run', of: 'step', outcome, queueMs, runMs, retries });
  }

  #workOf({ ticket, source, calls }: Step): Work {
    const heard = (outcome: ChildOutcome): ChildOutcome => {
      calls?.hear(outcome);
      return outcome;
    };
    return {
      ticket,
      lane: this.#lane,
      home: () => (this.#child?.alive ? this.#child : null),
      prepare: (child) => (this.#child === child ? this.#touch(child) : this.#settleIn(child, ticket)),
      replays: () => !this.#log.empty,
      send: (child, wallMs) =>
        source === null
          ? Promise.resolve({ type: 'reply', outcome: { error: null, output: '', text: '' } })
          : child
              .request({ op: 'step', session: this.#isolate, source, answers: calls?.told ?? [] }, wallMs)
              .then(heard),
      tools:
        calls === null
          ? null
          : {
              answer: (frames) => calls.answer(frames),
              resume: (child, wallMs) =>
                child.request({ op: 'answer', session: this.#isolate, answers: calls.take() }, wallMs).then(heard),
            },
      discard: () => {
        if (!ticket.cancelled) this.park();
      },
    };
  }

  /** Writes a step into the log if its effects count, and gives the isolate up if they must not. */
  #keep({ source, calls }: Step, result: RunResult): void {
    const kind = result.status === 'ok' ? 'ok' : result.kind;
    switch (kind) {
      case 'ok':
      case 'runtime':
      case 'output-limit':
      case 'unserializable':
        if (source !== null) this.#log.add(source, calls?.told ?? [], result);
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
  async #settleIn(child: Child, ticket: Ticket): Promise<FinalOutcome | RunResult | null> {
    this.park();
    this.#makeRoom(child);
    const wallMs = Math.max(this.#context.limits.wallMs, leastReplayMs);
    const session = this.#context.nextId();
    child.residents.set(session, this);
    this.#child = child;
    this.#isolate = session;
    const opening = child.request(
      {
        op: 'open',
        session,
        seed: this.#seed,
        now: this.#now,
        globals: this.#globals,
        tools: [...this.#host.tools.keys()],
      },
      wallMs,
    );
    const replayed = await this.#log.replay(child, session, opening, wallMs);
    return ticket.cancelled ? failure('aborted', 'the run was aborted') : replayed;
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

/** Code that ended by the very failure of a host tool is not to blame. */
function blameHost(result: RunResult): RunResult {
  return result.status === 'error' && result.kind === 'runtime' ? { ...result, kind: 'internal' } : result;
}
