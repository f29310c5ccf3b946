import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createSandbox, type Sandbox } from '../create-sandbox.js';
import type { JailReport, JailUse } from '../jail/use-jail.js';
import type { RunResult } from '../run-result.js';
import { ChildCounter } from './child-counter.js';
import { hostLeak } from './host-leak.js';
import type { HostileCase, Outcome } from './hostile-case.js';
import { hostileGlobals, hostileTools } from './hostile-host.js';

/** What came of one case. It is well if there are no faults. */
export interface CaseVerdict {
  readonly category: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly ms: number;
  /** The value or the error, as its reader sees it. */
  readonly text: string;
  readonly faults: readonly string[];
  /** How long it took the first time, in ms, if that was too long: it was judged once more, and the rest is of then. */
  readonly firstMs?: number;
}

export interface HostileReport {
  readonly verdicts: readonly CaseVerdict[];
  readonly jail: JailReport;
  /** Most resident memory of the supervisor. */
  readonly rssMb: number;
  /** Lag of the supervisor's event loop, 99th percentile. */
  readonly lagMs: number;
  /** What is wrong with the supervisor. */
  readonly faults: readonly string[];
}

export interface JudgeOptions {
  /** Running time of one case in its isolate. By default 1000. The supervisor's own deadline comes 200 ms later. */
  readonly limitMs?: number;
  /** A case must end within its limit and this. By default 500. */
  readonly marginMs?: number;
  readonly jail?: JailUse;
}

export const supervisorBounds = { rssMb: 150, lagMs: 50 } as const;
const [children, memoryMb, hardMemoryMb] = [2, 32, 512];
const lagResolutionMs = 5;

/** 1 + 4 + 9 = 14; then the type of what cases leave behind, and whether the built-ins are as they were. */
const probe = `[[1, 2, 3].map((x) => x * x).reduce((a, b) => a + b), typeof polluted, typeof seen, ({}).polluted, typeof log,
  JSON.stringify({ a: [1] }), Object.keys(globalThis).length, Math.imul(3, 4), [2, 1].sort()].join()`;
const probeAnswer = '14,undefined,undefined,,undefined,{"a":[1]},0,12,1,2';

/**
 * Runs hostile cases in a sandbox of 1 s and 32 MB and judges what comes of each: one outcome in time, nothing of the
 * host in its text, a supervisor in good health, and a new isolate that knows nothing of the case.
 */
export class CaseJudge implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #counter: ChildCounter;
  readonly #mostMs: number;
  readonly #verdicts: CaseVerdict[] = [];
  readonly #lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  #rssMb = 0;

  private constructor(sandbox: Sandbox, counter: ChildCounter, mostMs: number) {
    this.#sandbox = sandbox;
    this.#counter = counter;
    this.#mostMs = mostMs;
    this.#lag.enable();
  }

  static async open({ limitMs = 1000, marginMs = 500, jail = 'auto' }: JudgeOptions = {}): Promise<CaseJudge> {
    const counter = new ChildCounter();
    const limits = { cpuMs: limitMs, wallMs: limitMs + 200, memoryMb, hardMemoryMb };
    const sandbox = await createSandbox({ children, limits, jail, observer: counter.observer });
    return new CaseJudge(sandbox, counter, limitMs + marginMs);
  }

  /**
   * What comes of a case. One that was late and did no other harm is judged once more, because a busy machine makes late
   * too; what is late by itself is late again.
   */
  async judge(one: HostileCase): Promise<CaseVerdict> {
    const first = await this.#once(one);
    const again = first.ms > this.#mostMs && first.faults.length === 1;
    const verdict = again ? { ...(await this.#once(one)), firstMs: first.ms } : first;
    this.#verdicts.push(verdict);
    return verdict;
  }

  async #once({ category, name, code }: HostileCase): Promise<CaseVerdict> {
    // The case is not to wait for what the one before destroyed.
    await this.#counter.atLeast(children + 1);
    const session = await this.#sandbox.session({ seed: 1, globals: hostileGlobals, tools: hostileTools });
    const startedAt = performance.now();
    const result = await session.run(code);
    const ms = performance.now() - startedAt;
    await session.close();
    const text = textOf(result);
    const faults: string[] = [];
    if (ms > this.#mostMs) faults.push(`took ${ms.toFixed(0)} ms`);
    const leak = hostLeak(text, code);
    if (leak !== null) faults.push(`shows ${JSON.stringify(leak)} of the host`);
    const after = textOf(await this.#sandbox.run(probe));
    if (after !== probeAnswer) faults.push(`the next isolate says ${JSON.stringify(after.slice(0, 80))}`);
    const outcome = result.status === 'ok' ? 'ok' : result.kind;
    this.#rssMb = Math.max(this.#rssMb, process.memoryUsage.rss() / 2 ** 20);
    return { category, name, outcome, ms, text, faults };
  }

  report(): HostileReport {
    // The histogram counts the interval of its own timer too.
    const lagMs = this.#lag.count === 0 ? 0 : Math.max(0, this.#lag.percentile(99) / 1e6 - lagResolutionMs);
    const rssMb = this.#rssMb;
    const faults = [
      ...(rssMb < supervisorBounds.rssMb ? [] : [`resident memory ${rssMb.toFixed(0)} MB`]),
      ...(lagMs < supervisorBounds.lagMs ? [] : [`event-loop lag ${lagMs.toFixed(0)} ms`]),
    ];
    return { verdicts: this.#verdicts, jail: this.#sandbox.jail, rssMb, lagMs, faults };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lag.disable();
    await this.#sandbox.close();
  }
}

const textOf = (result: RunResult): string =>
  result.status === 'ok' ? result.text : `${result.output}${result.message}`;
