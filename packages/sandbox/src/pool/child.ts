import {
  maxFrameBytes,
  parseWorkerReply,
  type ToolCallFrame,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
} from '../protocol.js';
import type { Runtime } from '../runtime.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { causeOfSignal, type LossCause } from './loss-cause.js';
import { wasStarved } from './was-starved.js';
import { type ProcessEnd, WorkerProcess } from './worker-process.js';

export type ChildOutcome =
  | { readonly type: 'reply'; readonly outcome: WorkerOutcome }
  /** The step waits for answers of host tools. `ranMs`: how long it ran until then. */
  | { readonly type: 'calls'; readonly calls: readonly ToolCallFrame[]; readonly ranMs: number }
  /** `running`: this request was the one at work when the child was lost; the others are bystanders. */
  | { readonly type: 'lost'; readonly cause: LossCause; readonly running: boolean; readonly ranMs: number };

/** An outcome that ends a piece of work, or an attempt at it. */
export type FinalOutcome = Exclude<ChildOutcome, { readonly type: 'calls' }>;

/** A session that has its isolate in a child. */
export interface Resident {
  readonly busy: boolean;
  /** When it last ran, by `performance.now()`. */
  readonly usedAt: number;
  /** Gives the isolate up; the session comes back by replay. */
  park(): void;
}

export interface ChildOptions {
  readonly runtime: Runtime;
  readonly limits: SandboxLimits;
}

interface Pending {
  readonly id: number;
  readonly wallMs: number;
  readonly settle: (outcome: ChildOutcome) => void;
}

/** The system counts processor time in ticks of 10 ms, for the code and for the system. */
const clockErrorMs = 50;

type NewRequest<R = Extract<WorkerRequest, { id: number }>> = R extends unknown ? Omit<R, 'id'> : never;

/**
 * A child process as the supervisor sees it: requests in, outcomes out, and a deadline that only a SIGKILL can miss.
 *
 * The child answers in order, so the oldest request without an answer is the one that runs, and its clock starts when
 * the answer before it came.
 */
export class Child {
  /** Settles once: when the child is ready, or with what went wrong. */
  readonly ready: Promise<void>;
  readonly residents = new Map<number, Resident>();
  readonly startedAt = performance.now();
  /** Pieces of work done here since the start. */
  served = 0;
  rssMb = 0;
  /** Places taken by work that was sent here, or is about to be. */
  taken = 0;
  /** How much of it is known to be long. */
  heavy = 0;
  /** No new sessions; ended when the last one leaves. */
  retiring = false;
  /** Called once, as soon as nothing more is to be had from it; its process may take a moment longer. */
  onLost: (cause: LossCause, reason?: string) => void = () => {};

  readonly #process: WorkerProcess;
  readonly #limits: SandboxLimits;
  readonly #waiting: Pending[] = [];
  #nextId = 1;
  #headAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** When the timer fires: at the deadline of the running request, or before. */
  #timerAt = 0;
  #cpuMs = 0;
  #cause: LossCause | null = null;
  #alive = true;
  #readyState: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor({ runtime, limits }: ChildOptions) {
    this.#limits = limits;
    const timer = setTimeout(() => this.end('protocol'), runtime.startMs);
    this.ready = new Promise<void>((resolve, reject) => {
      this.#readyState = { resolve, reject };
    }).finally(() => clearTimeout(timer));
    this.#process = new WorkerProcess(runtime.command, maxFrameBytes(limits, runtime.hostTools !== false).reply, {
      onValue: (value) => this.#receive(value),
      onGarbage: () => this.end('protocol'),
      onEnd: (end) => this.#lost(end),
    });
    this.#process.write({ op: 'init', limits });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Settles when the process has ended. */
  get gone(): Promise<void> {
    return this.#process.gone;
  }

  get alive(): boolean {
    return this.#alive && this.#cause === null;
  }

  /** How long the running request has been at it, in ms. */
  get runsMs(): number {
    return this.#waiting.length === 0 ? 0 : performance.now() - this.#headAt;
  }

  /** Requests without an answer. */
  get load(): number {
    return this.#waiting.length;
  }

  /** Sends a request. `wallMs` is its deadline, counted from when it starts to run. Never rejects. */
  request(request: NewRequest, wallMs: number): Promise<ChildOutcome> {
    if (!this.alive) return Promise.resolve({ type: 'lost', cause: this.#cause ?? 'killed', running: false, ranMs: 0 });
    return new Promise((settle) => {
      const id = this.#nextId++;
      // No code of others has run yet: what the process did by itself since it was ready is not on the account of any.
      if (id === 1) this.#cpuMs = Math.max(this.#cpuMs, this.#process.processorMs() ?? 0);
      this.#waiting.push({ id, wallMs, settle });
      if (this.#waiting.length === 1) this.#startClock();
      this.#process.write({ ...request, id });
    });
  }

  closeSession(session: number): void {
    this.residents.delete(session);
    if (this.alive) this.#process.write({ op: 'close', session });
  }

  /** Ends the process at once. Whoever waits for it learns the cause. */
  end(cause: LossCause): void {
    if (!this.#alive || this.#cause !== null) return;
    this.#cause = cause;
    this.#process.kill();
    // A signal cannot fail to end a process of ours, but nobody should have to wait for the news of it.
    this.#leave(cause);
  }

  #receive(value: unknown): void {
    if (!this.alive) return;
    const reply = parseWorkerReply(value, this.#limits);
    if (reply === null) this.end('protocol');
    else this.#answer(reply);
  }

  #answer(reply: WorkerReply): void {
    if (reply.op === 'ready') {
      this.#cpuMs = reply.cpuMs;
      if (this.#readyState === null) this.end('protocol'); // it is ready once
      this.#readyState?.resolve();
      this.#readyState = null;
      return;
    }
    const pending = this.#waiting[0];
    if (pending?.id !== reply.id) {
      this.end('protocol');
      return;
    }
    this.#waiting.shift();
    this.rssMb = reply.rssMb;
    const ranMs = performance.now() - this.#headAt;
    const outcome: ChildOutcome =
      reply.op === 'calls'
        ? { type: 'calls', calls: reply.calls, ranMs }
        : { type: 'reply', outcome: this.#checked(reply.outcome, ranMs) };
    this.#cpuMs = reply.cpuMs;
    if (this.#waiting.length > 0) this.#startClock();
    pending.settle(outcome);
  }

  /** Code may have its child in hand, and being starved is a way out: it is believed when this process saw it too. */
  #checked(outcome: WorkerOutcome, ranMs: number): WorkerOutcome {
    if (outcome.error !== 'starved') return outcome;
    const { cpuMs } = this.#limits;
    // Half the time is room for the rounding of both clocks, and twice the tenth for what was done between requests.
    if (ranMs > cpuMs / 2 && this.#wasStarved(2 * cpuMs)) return outcome;
    return { ...outcome, error: 'timeout', text: `the time limit is ${cpuMs} ms` };
  }

  #startClock(): void {
    this.#headAt = performance.now();
    const wallMs = this.#waiting[0]?.wallMs ?? 0;
    if (this.#timer !== null && this.#timerAt <= this.#headAt + wallMs) return;
    this.#arm(wallMs);
  }

  #arm(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = performance.now() + ms;
    this.#timer = setTimeout(() => this.#checkDeadline(), Math.ceil(ms));
  }

  /** One timer per child, armed again for what is left: steps that end in time cost no timer. */
  #checkDeadline(): void {
    this.#timer = null;
    const pending = this.#waiting[0];
    if (pending === undefined || !this.alive) return;
    const left = this.#headAt + pending.wallMs - performance.now();
    if (left > 0) {
      this.#arm(left);
      return;
    }
    // The answer may lie unread because this process was the busy one: read first, then judge.
    setImmediate(() =>
      setImmediate(() => {
        if (this.#waiting[0] !== pending) {
          if (this.#waiting.length > 0 && this.#timer === null) this.#arm(1);
        } else if (this.alive) {
          this.end(this.#wasStarved(pending.wallMs) ? 'starved' : 'deadline');
        }
      }),
    );
  }

  #wasStarved(wallMs: number): boolean {
    const processorMs = this.#process.processorMs();
    if (processorMs === null) return false;
    const usedMs = processorMs - this.#cpuMs;
    // A child that claimed more before than it ever had lied.
    return usedMs > -clockErrorMs && wasStarved(usedMs, wallMs);
  }

  #lost({ signal, reason }: ProcessEnd): void {
    if (!this.#alive) return;
    this.#alive = false;
    const ended = this.#cause !== null;
    const cause = this.#cause ?? causeOfSignal(signal);
    this.#cause = cause;
    this.#readyState?.reject(new Error(`child: ended before it was ready, ${reason}`));
    this.#readyState = null;
    if (!ended) this.#leave(cause, reason);
  }

  /** A spare may take its place now, before those who waited for it ask again. */
  #leave(cause: LossCause, reason?: string): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.residents.clear();
    this.onLost(cause, reason);
    this.#settleAll(cause);
  }

  #settleAll(cause: LossCause): void {
    const waiting = this.#waiting.splice(0);
    const ranMs = performance.now() - this.#headAt;
    for (const [place, pending] of waiting.entries()) {
      const running = place === 0;
      pending.settle({ type: 'lost', cause, running, ranMs: running ? ranMs : 0 });
    }
  }
}
