import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { encodeFrame, FrameReader } from './frames.js';
import {
  maxFrameBytes,
  parseWorkerReply,
  type WorkerOutcome,
  type WorkerReply,
  type WorkerRequest,
} from './protocol.js';
import type { SandboxLimits } from './sandbox-limits.js';
import { wasStarved } from './was-starved.js';
import type { WorkerCommand } from './worker-command.js';

/**
 * Why a child was lost. `deadline`: the running request was still at it when its time was up. `starved`: so it was,
 * but the machine had not given it the time. `memory`: it passed the limit of the process. `crashed`: it died of
 * itself. `killed`: somebody else ended it. `protocol`: it sent something that is no reply. `closed`: we ended it.
 */
export type LossCause = 'deadline' | 'starved' | 'memory' | 'crashed' | 'killed' | 'protocol' | 'closed';

export type ChildOutcome =
  | { readonly type: 'reply'; readonly outcome: WorkerOutcome }
  /** `running`: this request was the one at work when the child was lost; the others are bystanders. */
  | { readonly type: 'lost'; readonly cause: LossCause; readonly running: boolean };

/** A session that has its isolate in a child. */
export interface Resident {
  readonly busy: boolean;
  /** Gives the isolate up; the session comes back by replay. */
  park(): void;
}

export interface ChildOptions {
  readonly command: WorkerCommand;
  readonly limits: SandboxLimits;
  readonly now: number;
}

interface Pending {
  readonly id: number;
  readonly wallMs: number;
  readonly settle: (outcome: ChildOutcome) => void;
}

type NewRequest<R = Extract<WorkerRequest, { id: number }>> = R extends unknown ? Omit<R, 'id'> : never;

const startMs = 15_000;
const stderrBytes = 4096;

/**
 * A child process as the supervisor sees it: requests in, outcomes out, and a deadline that only a SIGKILL can miss.
 *
 * The child answers in order, so the oldest request without an answer is the one that runs, and its clock starts when
 * the answer before it came.
 */
export class Child {
  /** Settles once: when the child is ready, or with what went wrong. */
  readonly ready: Promise<void>;
  /** Settles when the process has ended. */
  readonly gone: Promise<void>;
  readonly residents = new Map<number, Resident>();
  /** Requests sent since the start. */
  served = 0;
  rssMb = 0;
  /** No new sessions; ended when the last one leaves. */
  retiring = false;
  onLost: (cause: LossCause) => void = () => {};

  readonly #process: ChildProcess;
  readonly #reader: FrameReader;
  readonly #waiting: Pending[] = [];
  #outbox: Buffer[] = [];
  #nextId = 1;
  #startedAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #cpuMs = 0;
  #cause: LossCause | null = null;
  #alive = true;
  #stderr = '';
  #readyState: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor({ command, limits, now }: ChildOptions) {
    this.#reader = new FrameReader(maxFrameBytes(limits).reply);
    this.#process = spawn(command.file, command.args, {
      env: { TZ: 'UTC' },
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const timer = setTimeout(() => this.end('protocol'), startMs);
    this.ready = new Promise((resolve, reject) => {
      this.#readyState = { resolve, reject };
    });
    this.ready.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    );
    this.gone = new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.once('error', () => resolve());
    });
    this.#process.once('error', (error) => this.#lost(error.message, null));
    this.#process.once('exit', (code, signal) => this.#lost(`exit code ${code}, signal ${signal}`, signal));
    this.#process.stdin?.on('error', () => {}); // the exit event says it all
    this.#process.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString('utf8')).slice(-stderrBytes);
    });
    this.#write({ op: 'init', limits, now });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get alive(): boolean {
    return this.#alive && this.#cause === null;
  }

  /** Requests without an answer. */
  get load(): number {
    return this.#waiting.length;
  }

  /** Sends a request. `wallMs` is its deadline, counted from when it starts to run. Never rejects. */
  request(request: NewRequest, wallMs: number): Promise<ChildOutcome> {
    if (!this.alive) return Promise.resolve({ type: 'lost', cause: this.#cause ?? 'killed', running: false });
    return new Promise((settle) => {
      const id = this.#nextId++;
      this.served++;
      this.#waiting.push({ id, wallMs, settle });
      if (this.#waiting.length === 1) this.#startClock();
      this.#write({ ...request, id });
    });
  }

  closeSession(session: number): void {
    this.residents.delete(session);
    if (this.alive) this.#write({ op: 'close', session });
  }

  /** Ends the process at once. Whoever waits for it learns the cause. */
  end(cause: LossCause): void {
    if (!this.#alive || this.#cause !== null) return;
    this.#cause = cause;
    this.#process.kill('SIGKILL');
    // A signal cannot fail to end a process of ours, but nobody should have to wait for the news of it.
    this.#settleAll(cause);
  }

  /** Frames of one turn of the event loop leave in one write. */
  #write(request: WorkerRequest): void {
    if (this.#outbox.push(encodeFrame(request)) > 1) return;
    queueMicrotask(() => {
      const frames = this.#outbox;
      this.#outbox = [];
      if (this.#alive) this.#process.stdin?.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
    });
  }

  #read(chunk: Buffer): void {
    try {
      for (const value of this.#reader.read(chunk)) {
        if (!this.alive) return;
        const reply = parseWorkerReply(value);
        if (reply === null) this.end('protocol');
        else this.#answer(reply);
      }
    } catch {
      this.end('protocol');
    }
  }

  #answer(reply: WorkerReply): void {
    this.#cpuMs = reply.cpuMs;
    if (reply.op === 'ready') {
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
    if (this.#waiting.length > 0) this.#startClock();
    pending.settle({ type: 'reply', outcome: reply.outcome });
  }

  #startClock(): void {
    this.#startedAt = performance.now();
    this.#timer ??= setTimeout(() => this.#checkDeadline(), this.#waiting[0]?.wallMs);
  }

  /** One timer per child, armed again for what is left: steps that end in time cost no timer. */
  #checkDeadline(): void {
    this.#timer = null;
    const pending = this.#waiting[0];
    if (pending === undefined || !this.alive) return;
    const left = this.#startedAt + pending.wallMs - performance.now();
    if (left > 0) {
      this.#timer = setTimeout(() => this.#checkDeadline(), Math.ceil(left));
      return;
    }
    // The answer may lie unread because this process was the busy one: read first, then judge.
    setImmediate(() =>
      setImmediate(() => {
        if (this.#waiting[0] !== pending) {
          if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#checkDeadline(), 1);
        } else if (this.alive) {
          this.end(this.#wasStarved(pending.wallMs) ? 'starved' : 'deadline');
        }
      }),
    );
  }

  #wasStarved(wallMs: number): boolean {
    const usedMs = processorMs(this.pid);
    return usedMs !== null && wasStarved(usedMs - this.#cpuMs, wallMs);
  }

  #lost(reason: string, signal: NodeJS.Signals | null): void {
    if (!this.#alive) return;
    this.#alive = false;
    const cause = this.#cause ?? causeOfSignal(signal);
    this.#cause = cause;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const tail = this.#stderr.trim();
    this.#readyState?.reject(new Error(`child: ended before it was ready, ${reason}${tail === '' ? '' : `\n${tail}`}`));
    this.#readyState = null;
    this.#settleAll(cause);
    this.residents.clear();
    this.onLost(cause);
  }

  #settleAll(cause: LossCause): void {
    const waiting = this.#waiting.splice(0);
    for (const [place, pending] of waiting.entries()) pending.settle({ type: 'lost', cause, running: place === 0 });
  }
}

/** The guard's signal, a SIGKILL that was not ours, or a death of its own. */
function causeOfSignal(signal: NodeJS.Signals | null): LossCause {
  if (signal === 'SIGUSR2') return 'memory';
  return signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGHUP' || signal === 'SIGINT'
    ? 'killed'
    : 'crashed';
}

/** Processor time of a process so far, in ms; `null` where the system does not say. */
function processorMs(pid: number | undefined): number | null {
  if (process.platform !== 'linux' || pid === undefined) return null;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks) ? ticks * 10 : null;
  } catch {
    return null;
  }
}
