import ivm from 'isolated-vm';
import type { WorkerOutcome } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { wasStarved } from '../was-starved.js';
import { installPrelude, type PreludeConfig } from './install-prelude.js';
import type { NotebookSource } from './notebook-source.js';

type Entry = ivm.Reference<(op: string, text: string) => string>;

/** The prelude, with the engine's compiled form of it. */
export interface CompiledPrelude {
  readonly source: string;
  readonly code: ivm.ExternalCopy<ArrayBuffer> | undefined;
}

const preludeMs = 10_000;
/** The engine's timer may fire so much early. A step that ends in the last moment counts as late. */
const timerErrorMs = 1;

/**
 * Compiles the prelude once for all isolates of this process, in an isolate that no other code ever enters. It is run
 * through once, so that the functions that every step calls are in the compiled form.
 */
export function compilePrelude(config: PreludeConfig): CompiledPrelude {
  const source = `'use strict';(${installPrelude.toString()})(${JSON.stringify(config)})`;
  const isolate = new ivm.Isolate({ memoryLimit: 32 });
  const context = isolate.createContextSync();
  const script = isolate.compileScriptSync(source);
  const entry = script.runSync(context, { reference: true, timeout: preludeMs }) as Entry;
  for (const [op, text] of [
    ['seed', '1'],
    ['run', 'console.log("x", 1); [1, "2", { three: 3 }]'],
    ['collect', ''],
  ] as const) {
    entry.applySync(undefined, [op, text], { timeout: preludeMs });
  }
  // The types of isolated-vm lack the property that this option is for.
  const produced: ivm.Script & { readonly cachedData?: ivm.ExternalCopy<ArrayBuffer> } = isolate.compileScriptSync(
    source,
    { produceCachedData: true },
  );
  isolate.dispose();
  return { source, code: produced.cachedData };
}

/**
 * One isolate with one hardened context: the only place that touches isolated-vm.
 *
 * Strings go in, strings come out; nothing of the host is ever inside. Every entry runs under a timeout, but loops in
 * native code ignore it, so the supervisor keeps a deadline of its own and ends the process.
 */
export class SandboxIsolate {
  readonly #limits: SandboxLimits;
  readonly #isolate: ivm.Isolate;
  readonly #entry: Entry;

  constructor(limits: SandboxLimits, prelude: CompiledPrelude) {
    this.#limits = limits;
    this.#isolate = new ivm.Isolate({ memoryLimit: limits.memoryMb });
    const context = this.#isolate.createContextSync();
    const script = this.#isolate.compileScriptSync(
      prelude.source,
      prelude.code === undefined ? {} : { cachedData: prelude.code },
    );
    this.#entry = script.runSync(context, { reference: true, timeout: preludeMs }) as Entry;
    script.release();
  }

  seed(seed: number): void {
    this.#entry.applySync(undefined, ['seed', String(seed)], { timeout: preludeMs });
  }

  /**
   * Runs one step: the source, then the microtasks that it left behind, then its value as text.
   *
   * After `timeout`, `starved` and `memory` the isolate is of no more use.
   */
  run(source: NotebookSource): WorkerOutcome {
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    // What is thrown is never looked at: it may be an object of the code. An unhandled rejection is thrown too, when
    // the step itself is over and has its value.
    attempt(() => this.#entry.applySync(undefined, ['run', source.text], { timeout: this.#limits.cpuMs }));
    const restMs = this.#limits.cpuMs - (performance.now() - started);
    const collected =
      restMs < timerErrorMs
        ? undefined
        : attempt(() => this.#entry.applySync(undefined, ['collect', ''], { timeout: Math.ceil(restMs) }));
    if (this.#isolate.isDisposed) return failure('memory', `the memory limit is ${this.#limits.memoryMb} MB`);
    if (typeof collected === 'string' && !collected.startsWith('x')) return this.#outcome(collected, source);
    if (performance.now() - started < this.#limits.cpuMs - timerErrorMs) {
      return failure('runtime', 'Error: the step ended without a value');
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    if (wasStarved((user + system) / 1000, this.#limits.cpuMs)) return failure('starved', 'the machine was too busy');
    return failure('timeout', `the time limit is ${this.#limits.cpuMs} ms`);
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #outcome(collected: string, source: NotebookSource): WorkerOutcome {
    const colon = collected.indexOf(':');
    const textAt = colon + 1 + Number(collected.slice(1, colon));
    const output = collected.slice(colon + 1, textAt);
    const text = collected.slice(textAt);
    switch (collected[0]) {
      case 'v':
        return { error: null, output, text };
      case 's':
        return { error: source.parsed && this.#compiles(source.text) ? 'runtime' : 'syntax', output, text };
      case 'o':
        return { error: 'output-limit', output, text };
      case 'u':
        return { error: 'unserializable', output, text };
      default:
        return { error: 'runtime', output, text };
    }
  }

  /** Whether a SyntaxError came from running the source rather than from reading it. */
  #compiles(source: string): boolean {
    try {
      this.#isolate.compileScriptSync(source).release();
      return true;
    } catch {
      return false;
    }
  }
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

function failure(error: WorkerOutcome['error'], text: string): WorkerOutcome {
  return { error, output: '', text };
}
