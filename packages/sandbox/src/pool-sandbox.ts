import type { CodeRunner } from '@turnwise/trajectory';
import type { Sandbox } from './create-sandbox.js';
import type { JailReport } from './jail/use-jail.js';
import { observe, type SandboxObserver } from './metrics/observer.js';
import type { Child } from './pool/child.js';
import { Lanes } from './pool/lanes.js';
import type { Pool } from './pool/pool.js';
import { Room, SandboxBusyError } from './pool/room.js';
import { Supervision, type Work } from './pool/supervision.js';
import { Ticket } from './pool/ticket.js';
import { Lane } from './pool/turns.js';
import { sourceTooLarge } from './result-of.js';
import type { RunResult } from './run-result.js';
import type { Runtime } from './runtime.js';
import type { SandboxLimits } from './sandbox-limits.js';
import { SandboxSession } from './session/sandbox-session.js';
import { SessionOpenError } from './session/session-open-error.js';
import {
  checkNow,
  checkSeed,
  type RunOptions,
  type SessionOptions,
  type SingleRunOptions,
} from './session/session-options.js';
import { toToolResult } from './to-tool-result.js';

export interface PoolSandboxParts {
  readonly pool: Pool;
  readonly runtime: Runtime;
  readonly limits: SandboxLimits;
  readonly observer: SandboxObserver;
  readonly now: number;
  readonly sessionsPerChild: number;
  readonly maxWaiting: number;
  readonly parkAfterMs: number;
  readonly jail: JailReport;
}

/** The sandbox over a pool that has started. */
export class PoolSandbox implements Sandbox {
  readonly #parts: PoolSandboxParts;
  readonly #sessions = new Set<SandboxSession>();
  readonly #runs = new Set<Ticket>();
  readonly #lanes = new Lanes();
  readonly #room: Room;
  readonly #parking: NodeJS.Timeout;
  #nextId = 1;
  #closed = false;

  constructor(parts: PoolSandboxParts) {
    const { pool, maxWaiting, parkAfterMs } = parts;
    this.#parts = parts;
    this.#room = new Room(maxWaiting, pool);
    this.#parking = setInterval(() => pool.parkIdle(performance.now() - parkAfterMs), Math.max(10, parkAfterMs / 4));
    this.#parking.unref();
  }

  get limits(): SandboxLimits {
    return this.#parts.limits;
  }

  get jail(): JailReport {
    return this.#parts.jail;
  }

  async run(code: string, options: SingleRunOptions & SessionOptions = {}): Promise<RunResult> {
    if (this.#closed) throw new Error('sandbox: closed');
    const { seed = 0, now = this.#parts.now, globals = '', tools = [], signal, caller = '' } = options;
    const { sourceBytes, wallMs: mostMs } = this.limits;
    const { wallMs = mostMs } = options;
    if (!(wallMs > 0 && wallMs <= mostMs)) throw new RangeError(`wallMs: must be above 0 to ${mostMs}, got ${wallMs}`);
    if (tools.length > 0) return this.#runOnce(code, options);
    checkSeed(seed);
    checkNow(now);
    if (Buffer.byteLength(code) > sourceBytes) return sourceTooLarge(sourceBytes);
    this.#room.admit();
    const ticket = new Ticket(signal);
    if (ticket.cancelled) return ticket.result;
    const request = { op: 'once', seed, now, globals, source: code } as const;
    return this.#supervise(caller, ticket, wallMs, (child, leftMs) => child.request(request, leftMs));
  }

  session(options: SessionOptions = {}): Promise<SandboxSession> {
    return this.#open(options, undefined);
  }

  async room({ signal }: RunOptions = {}): Promise<void> {
    if (this.#closed) throw new Error('sandbox: closed');
    await this.#room.wait(signal);
  }

  codeRunner(): CodeRunner {
    return {
      run: async (code, options) => {
        try {
          return toToolResult(await this.run(code, options));
        } catch (error) {
          if (!(error instanceof SandboxBusyError)) throw error;
          return { status: 'infrastructure-failure', text: error.message };
        }
      },
    };
  }

  childPids(): number[] {
    return this.#parts.pool.pids;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#parking);
    this.#room.close();
    for (const ticket of [...this.#runs]) ticket.cancel();
    await Promise.all([...this.#sessions].map((session) => session.close()));
    await this.#parts.pool.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(options: SessionOptions, signal: AbortSignal | undefined): Promise<SandboxSession> {
    if (this.#closed) throw new Error('sandbox: closed');
    const { pool, runtime, limits, observer, now, sessionsPerChild } = this.#parts;
    const { caller, tools = [] } = options;
    if (tools.length > 0 && runtime.hostTools === false) {
      throw new RangeError(`tools: ${runtime.name} cannot call host tools, got ${tools.length}`);
    }
    const session = new SandboxSession(
      {
        pool,
        lane: caller === undefined ? new Lane() : this.#lanes.enter(caller),
        limits,
        observer,
        now,
        sessionsPerChild,
        nextId: () => this.#nextId++,
        admit: () => this.#room.admit(),
        onClose: (closed) => {
          this.#sessions.delete(closed);
          if (caller !== undefined) this.#lanes.leave(caller);
        },
      },
      options,
    );
    this.#sessions.add(session);
    try {
      await session.open(signal);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** With host tools a run is a session of one step: its isolate must be there when they answer. */
  async #runOnce(code: string, { signal, ...options }: RunOptions & SessionOptions): Promise<RunResult> {
    this.#room.admit();
    let session: SandboxSession;
    try {
      session = await this.#open(options, signal);
    } catch (error) {
      if (error instanceof SessionOpenError) return error.result;
      throw error;
    }
    try {
      return await session.run(code, signal === undefined ? {} : { signal });
    } finally {
      await session.close();
    }
  }

  async #supervise(caller: string, ticket: Ticket, wallMs: number, send: Work['send']): Promise<RunResult> {
    const { pool, limits, observer } = this.#parts;
    const lane = this.#lanes.enter(caller);
    this.#runs.add(ticket);
    const work: Work = {
      ticket,
      lane,
      home: () => null,
      prepare: async (_child: Child) => null,
      replays: () => false,
      send,
      tools: null,
      discard: () => {},
    };
    const askedAt = performance.now();
    let [queueMs, retries] = [0, 0];
    void new Supervision(work, pool, { ...limits, wallMs }).run().then((supervised) => {
      ({ queueMs, retries } = supervised);
      ticket.settle(supervised.result);
    });
    const result = await ticket.result;
    this.#runs.delete(ticket);
    this.#lanes.leave(caller);
    const outcome = result.status === 'ok' ? 'ok' : result.kind;
    const runMs = performance.now() - askedAt - queueMs;
    observe(observer, { type: 'run', of: 'run', outcome, queueMs, runMs, retries });
    return result;
  }
}
