import type { CodeRunner } from '@turnwise/trajectory';
import type { Child } from './child.js';
import { Pool } from './pool.js';
import type { RunResult } from './run-result.js';
import { resolveSandboxLimits, type SandboxLimits } from './sandbox-limits.js';
import { checkSeed, type RunOptions, SandboxSession, type SessionOptions, sourceTooLarge } from './sandbox-session.js';
import { supervise } from './supervise.js';
import { Ticket } from './ticket.js';
import { toToolResult } from './to-tool-result.js';
import { type WorkerCommand, workerCommand } from './worker-command.js';

export interface SandboxOptions {
  /** Child processes that serve; one more stands by. By default 2. */
  readonly children?: number;
  readonly limits?: Partial<SandboxLimits>;
  /** What the clock says inside, in ms since 1970. It stands still. By default 2025-01-01T00:00:00Z. */
  readonly now?: number;
  /** Sessions that hold an isolate in one child; beyond that the one idle longest is parked. By default 128. */
  readonly sessionsPerChild?: number;
  /** A child ends after so many requests, when its sessions allow. By default 20,000. */
  readonly requestsPerChild?: number;
  /** How a child is started, for tests and for other jails. */
  readonly command?: WorkerCommand;
}

/** Runs untrusted JavaScript in disposable processes. Close it: it holds the process open. */
export interface Sandbox extends AsyncDisposable {
  readonly limits: SandboxLimits;
  /** Runs code in an isolate of its own, which is thrown away. @throws Error when the sandbox is closed */
  run(code: string, options?: RunOptions & SessionOptions): Promise<RunResult>;
  /** Opens a session. @throws Error when its globals fail, RangeError for its seed, Error when the sandbox is closed */
  session(options?: SessionOptions): Promise<SandboxSession>;
  /** This sandbox as verifiers use it. */
  codeRunner(): CodeRunner;
  /** Process ids of the children, for diagnosis. */
  childPids(): number[];
  /** Ends every child at once. Runs that are under way end with `aborted`. Closing again does nothing. */
  close(): Promise<void>;
}

/**
 * Starts the child processes.
 *
 * @throws RangeError for an option outside its range
 * @throws SandboxUnavailableError when no child can be started
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const limits = resolveSandboxLimits(options.limits);
  const now = options.now ?? Date.UTC(2025, 0, 1);
  if (!Number.isFinite(now)) throw new RangeError(`now: must be finite, got ${now}`);
  const children = positive('children', options.children ?? 2);
  const sessionsPerChild = positive('sessionsPerChild', options.sessionsPerChild ?? 128);
  const requestsPerChild = positive('requestsPerChild', options.requestsPerChild ?? 20_000);
  const command = options.command ?? workerCommand();
  const pool = new Pool({ command, limits, now, children, requestsPerChild });
  try {
    await pool.start();
  } catch (error) {
    pool.close();
    throw error;
  }
  return new PoolSandbox(pool, limits, sessionsPerChild);
}

class PoolSandbox implements Sandbox {
  readonly limits: SandboxLimits;
  readonly #pool: Pool;
  readonly #sessionsPerChild: number;
  readonly #sessions = new Set<SandboxSession>();
  readonly #runs = new Set<Ticket>();
  #nextId = 1;
  #closed = false;

  constructor(pool: Pool, limits: SandboxLimits, sessionsPerChild: number) {
    this.#pool = pool;
    this.limits = limits;
    this.#sessionsPerChild = sessionsPerChild;
  }

  async run(code: string, options: RunOptions & SessionOptions = {}): Promise<RunResult> {
    if (this.#closed) throw new Error('sandbox: closed');
    const { seed = 0, globals = '', signal } = options;
    checkSeed(seed);
    if (Buffer.byteLength(code) > this.limits.sourceBytes) return sourceTooLarge(this.limits.sourceBytes);
    const ticket = new Ticket(signal);
    if (ticket.cancelled) return ticket.result;
    this.#runs.add(ticket);
    const work = {
      fewest: 'requests' as const,
      home: () => null,
      prepare: () => Promise.resolve(null),
      send: (child: Child, wallMs: number) => child.request({ op: 'once', seed, globals, source: code }, wallMs),
      discard: () => {},
      cancelled: () => ticket.cancelled,
    };
    void supervise(work, this.#pool, this.limits).then((result) => ticket.settle(result));
    const result = await ticket.result;
    this.#runs.delete(ticket);
    return result;
  }

  async session(options: SessionOptions = {}): Promise<SandboxSession> {
    if (this.#closed) throw new Error('sandbox: closed');
    const session = new SandboxSession(
      {
        pool: this.#pool,
        limits: this.limits,
        sessionsPerChild: this.#sessionsPerChild,
        nextId: () => this.#nextId++,
        onClose: (closed) => this.#sessions.delete(closed),
      },
      options,
    );
    this.#sessions.add(session);
    try {
      await session.open();
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  codeRunner(): CodeRunner {
    return { run: async (code, options) => toToolResult(await this.run(code, options)) };
  }

  childPids(): number[] {
    return this.#pool.pids;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const ticket of this.#runs) ticket.cancel();
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name}: must be an integer of at least 1, got ${value}`);
  return value;
}
