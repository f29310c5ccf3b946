import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSandbox, type Sandbox, type SandboxOptions } from '../create-sandbox.js';
import type { JailReport } from '../jail/use-jail.js';
import { attackerLoop, honestLoop, type Tally } from './callers.js';
import { ChildCounter } from './child-counter.js';
import { supervisorBounds } from './judge-cases.js';
import { type Percentiles, percentilesOf } from './percentiles.js';

export interface AttackOptions {
  /** How long the attack lasts. A quiet run of a fifth of that comes before it. */
  readonly minutes: number;
  /** Callers that want an answer, each with a session and single runs. By default 8. */
  readonly honest?: number;
  /** Callers that send hostile cases, one after the other. By default 4. */
  readonly attackers?: number;
  /** Decides which case comes when. By default 1. */
  readonly seed?: number;
  readonly sandbox?: Pick<SandboxOptions, 'children' | 'jail'>;
  readonly signal?: AbortSignal;
  /** Told about once a second. */
  readonly onProgress?: (progress: {
    readonly seconds: number;
    readonly honest: number;
    readonly hostile: number;
  }) => void;
}

/** One phase of the soak as honest callers saw it. Times in ms, from the call to its answer. */
export interface AttackPhase extends Percentiles {
  readonly answers: number;
  /** Answers that were wrong, or failed. Any is a fault. */
  readonly wrong: readonly string[];
  /** Lag of the supervisor's event loop, 99th percentile. */
  readonly lagMs: number;
}

export interface AttackReport {
  readonly passed: boolean;
  readonly faults: readonly string[];
  readonly quiet: AttackPhase;
  readonly attack: AttackPhase;
  /** Hostile runs by their outcome. */
  readonly hostile: Readonly<Record<string, number>>;
  readonly childrenLost: number;
  /** Most resident memory of this process. */
  readonly rssMb: number;
  readonly jail: JailReport;
}

const limits = { cpuMs: 500, wallMs: 700, memoryMb: 32, hardMemoryMb: 512 } as const;
const lagResolutionMs = 5;

/**
 * A soak: honest callers compute known answers, first by themselves, then among callers that send hostile cases without
 * end. It passes when every honest answer was right, and the supervisor, which is this process, stayed below 150 MB and
 * 50 ms of event-loop lag (99th percentile).
 *
 * @throws RangeError for a number outside its range; the signal's reason when it is aborted
 */
export async function attack(options: AttackOptions): Promise<AttackReport> {
  const { minutes, honest = 8, attackers = 4, seed = 1 } = options;
  if (!(minutes > 0 && minutes <= 1440)) throw new RangeError(`minutes: must be above 0 to 1440, got ${minutes}`);
  const counter = new ChildCounter();
  await using sandbox = await createSandbox({ ...options.sandbox, limits, observer: counter.observer });
  const tally: Tally = { honest: 0, hostile: 0, outcomes: {} };
  const watch = new Watch(tally, options);
  const quiet = await phase(sandbox, tally, { ms: minutes * 12_000, honest, attackers: 0, seed }, options.signal);
  const before = counter.losses;
  const attacked = await phase(sandbox, tally, { ms: minutes * 60_000, honest, attackers, seed }, options.signal);
  const rssMb = watch.end();
  const faults = [
    ...[...quiet.wrong, ...attacked.wrong].map((wrong) => `an honest caller got ${wrong}`),
    ...(quiet.answers > 0 && attacked.answers > 0 ? [] : ['honest callers got no answers']),
    ...(rssMb < supervisorBounds.rssMb ? [] : [`resident memory ${rssMb.toFixed(0)} MB`]),
    ...(attacked.lagMs < supervisorBounds.lagMs ? [] : [`event-loop lag ${attacked.lagMs.toFixed(0)} ms`]),
  ];
  return {
    passed: faults.length === 0,
    faults,
    quiet,
    attack: attacked,
    hostile: tally.outcomes,
    childrenLost: counter.losses - before,
    rssMb,
    jail: sandbox.jail,
  };
}

interface PhaseOptions {
  readonly ms: number;
  readonly honest: number;
  readonly attackers: number;
  readonly seed: number;
}

async function phase(
  sandbox: Sandbox,
  tally: Tally,
  { ms, honest, attackers, seed }: PhaseOptions,
  signal: AbortSignal | undefined,
): Promise<AttackPhase> {
  const until = performance.now() + ms;
  const going = (): boolean => {
    signal?.throwIfAborted();
    return performance.now() < until;
  };
  const times: number[] = [];
  const wrong: string[] = [];
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  await Promise.all([
    ...Array.from({ length: honest }, (_, i) => honestLoop(sandbox, i, going, tally, times, wrong)),
    ...Array.from({ length: attackers }, (_, i) => attackerLoop(sandbox, seed + i, going, tally)),
  ]);
  lag.disable();
  const lagMs = lag.count === 0 ? 0 : Math.max(0, lag.percentile(99) / 1e6 - lagResolutionMs);
  return { answers: times.length, wrong, lagMs, ...percentilesOf(times) };
}

/** Looks after memory and tells of progress, once a second. */
class Watch {
  #rssMb = process.memoryUsage.rss() / 2 ** 20;
  readonly #timer: NodeJS.Timeout;

  constructor(tally: Tally, { onProgress }: AttackOptions) {
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      this.#look();
      const { honest, hostile } = tally;
      onProgress?.({ seconds: (performance.now() - startedAt) / 1000, honest, hostile });
    }, 1000);
    this.#timer.unref();
  }

  #look(): void {
    this.#rssMb = Math.max(this.#rssMb, process.memoryUsage.rss() / 2 ** 20);
  }

  end(): number {
    clearInterval(this.#timer);
    this.#look();
    return this.#rssMb;
  }
}
