import type { CodeRunner } from '@turnwise/trajectory';
import { type JailReport, type JailUse, useJail } from './jail/use-jail.js';
import { javascriptRuntime } from './javascript-runtime.js';
import type { SandboxObserver } from './metrics/observer.js';
import { openTelemetryObserver } from './metrics/open-telemetry.js';
import { Pool } from './pool/pool.js';
import { PoolSandbox } from './pool-sandbox.js';
import type { RunResult } from './run-result.js';
import type { Runtime } from './runtime.js';
import { resolveSandboxLimits, type SandboxLimits } from './sandbox-limits.js';
import type { SandboxSession } from './session/sandbox-session.js';
import { checkNow, type RunOptions, type SessionOptions, type SingleRunOptions } from './session/session-options.js';

export interface SandboxOptions {
  /** Child processes that serve; one more stands by. By default 2. */
  readonly children?: number;
  readonly limits?: Partial<SandboxLimits>;
  /** What the clock says inside, in ms since 1970. It stands still. By default 2025-01-01T00:00:00Z. */
  readonly now?: number;
  /** Sessions that hold an isolate in one child; beyond that the one idle longest is parked. By default 128. */
  readonly sessionsPerChild?: number;
  /** A session that was idle for so long is parked: its log is kept, its isolate is not. By default 60,000 ms. */
  readonly parkAfterMs?: number;
  /** A child ends after so many requests, when its sessions allow. By default 20,000. */
  readonly requestsPerChild?: number;
  /** Runs that may wait for a child at once; the next one is refused with a `SandboxBusyError`. By default 16,384. */
  readonly maxWaiting?: number;
  /**
   * Whether children run inside bubblewrap: `auto`, where it works; `required`, or the start fails; `off`. By default
   * `auto`, for a language that is no wall by itself `required`.
   */
  readonly jail?: JailUse;
  /** What the children run. By default JavaScript in isolates. */
  readonly runtime?: Runtime;
  /** Learns of runs, calls of host tools, and children. OpenTelemetry's API is told too, where it is installed. */
  readonly observer?: SandboxObserver;
}

/** Runs untrusted code in disposable processes. Close it: it holds the process open. */
export interface Sandbox extends AsyncDisposable {
  readonly limits: SandboxLimits;
  /** Whether children are jailed, by which walls, and if not, why. */
  readonly jail: JailReport;
  /**
   * Runs code in an isolate of its own, which is thrown away.
   *
   * @throws Error when the sandbox is closed, SandboxBusyError when too many runs wait already
   */
  run(code: string, options?: SingleRunOptions & SessionOptions): Promise<RunResult>;
  /** Opens a session. @throws Error when its globals fail, RangeError for its seed, Error when the sandbox is closed */
  session(options?: SessionOptions): Promise<SandboxSession>;
  /** Resolves when a run would not be refused: what to wait for before the next one of many. */
  room(options?: RunOptions): Promise<void>;
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
 * @throws SandboxUnavailableError when no child can be started, or the jail that is required cannot be had
 */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const limits = resolveSandboxLimits(options.limits);
  const now = options.now ?? Date.UTC(2025, 0, 1);
  checkNow(now);
  const children = positive('children', options.children ?? 2);
  const sessionsPerChild = positive('sessionsPerChild', options.sessionsPerChild ?? 128);
  const requestsPerChild = positive('requestsPerChild', options.requestsPerChild ?? 20_000);
  const maxWaiting = positive('maxWaiting', options.maxWaiting ?? 16_384);
  const parkAfterMs = positive('parkAfterMs', options.parkAfterMs ?? 60_000);
  const [observer, { runtime, report }] = await Promise.all([
    joined(options.observer),
    useJail(options.runtime ?? javascriptRuntime(), options.jail),
  ]);
  const pool = new Pool({ runtime, limits, children, requestsPerChild, observer });
  try {
    await pool.start();
  } catch (error) {
    await pool.close();
    throw error;
  }
  const parts = { pool, runtime, limits, observer, now, sessionsPerChild, maxWaiting, parkAfterMs, jail: report };
  return new PoolSandbox(parts);
}

async function joined(own: SandboxObserver | undefined): Promise<SandboxObserver> {
  const telemetry = await openTelemetryObserver();
  if (own === undefined) return telemetry ?? (() => {});
  if (telemetry === null) return own;
  return (event) => {
    telemetry(event);
    own(event);
  };
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name}: must be an integer of at least 1, got ${value}`);
  return value;
}
