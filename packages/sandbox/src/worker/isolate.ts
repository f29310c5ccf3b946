import ivm from 'isolated-vm';
import type { WorkerOutcome } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { installPrelude, type PreludeConfig } from './install-prelude.js';
import type { NotebookSource } from './notebook-source.js';

type Entry = ivm.Reference<(op: string, text: string) => string>;

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

  constructor(limits: SandboxLimits, now: number) {
    this.#limits = limits;
    this.#isolate = new ivm.Isolate({ memoryLimit: limits.memoryMb });
    const context = this.#isolate.createContextSync();
    const config: PreludeConfig = { now, outputBytes: limits.outputBytes, valueBytes: limits.valueBytes };
    this.#entry = context.evalSync(`(${installPrelude.toString()})(${JSON.stringify(config)})`, {
      reference: true,
      timeout: 10_000,
    }) as Entry;
  }

  seed(seed: number): void {
    this.#entry.applySync(undefined, ['seed', String(seed)], { timeout: 10_000 });
  }

  /**
   * Runs one step: the source, then the microtasks that it left behind, then its value as text.
   *
   * After `timeout`, `starved` and `memory` the isolate is of no more use.
   */
  run(source: NotebookSource): WorkerOutcome {
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    try {
      this.#entry.applySync(undefined, ['run', source.text], { timeout: this.#limits.cpuMs });
      const rest = Math.max(1, Math.ceil(this.#limits.cpuMs - (performance.now() - started)));
      const collected = this.#entry.applySync(undefined, ['collect', ''], { timeout: rest });
      return this.#outcome(String(collected), source);
    } catch {
      // What is thrown here is never looked at: it may be an object of the code.
      if (this.#isolate.isDisposed) return failure('memory', `the memory limit is ${this.#limits.memoryMb} MB`);
      if (performance.now() - started < this.#limits.cpuMs)
        return failure('runtime', 'Error: the step failed without a value');
      const { user, system } = process.cpuUsage(cpuBefore);
      if (user + system < 500 * this.#limits.cpuMs) return failure('starved', 'the machine was too busy');
      return failure('timeout', `the time limit is ${this.#limits.cpuMs} ms`);
    }
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

function failure(error: WorkerOutcome['error'], text: string): WorkerOutcome {
  return { error, output: '', text };
}
