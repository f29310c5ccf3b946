import { createRequire } from 'node:module';
import type ivm from 'isolated-vm';
import { wasStarved } from '../pool/was-starved.js';
import type { ToolAnswerFrame, ToolCallFrame, WorkerOutcome } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { type Entry, preludeName as filename, preludeSource } from './prelude/prelude-source.js';

// By `require`, so that Node need not look through CommonJS for what it exports: 10 ms of a child's start.
const { Isolate } = createRequire(import.meta.url)('isolated-vm') as typeof ivm;

/** The prelude, with the engine's compiled form of it. */
export interface CompiledPrelude {
  readonly source: string;
  readonly code: ivm.ExternalCopy<ArrayBuffer> | undefined;
}

/** What a step came to, or the calls of host tools that it waits for. */
export type StepOutcome = WorkerOutcome | { readonly calls: readonly ToolCallFrame[] };

/** The engine's timer may fire so much early. A step that ends in the last moment counts as late. */
const timerErrorMs = 1;

/**
 * Compiles the prelude once for all isolates of this process, in an isolate that no other code ever enters. It is run
 * through once, so that the functions that every step calls are in the compiled form.
 */
export function compilePrelude(limits: SandboxLimits): CompiledPrelude {
  const source = preludeSource(limits);
  const isolate = new Isolate({ memoryLimit: 32 });
  const context = isolate.createContextSync();
  const script = isolate.compileScriptSync(source, { filename });
  const entry = script.runSync(context, { reference: true }) as ivm.Reference<Entry>;
  for (const [op, text] of [
    ['begin', '1'],
    ['run', 'console.log("x", 1); [1, "2", { three: 3 }]'],
    ['collect', ''],
  ] as const) {
    entry.applySync(undefined, [op, text, '0']);
  }
  // The types of isolated-vm lack the property that this option is for.
  const produced: ivm.Script & { readonly cachedData?: ivm.ExternalCopy<ArrayBuffer> } = isolate.compileScriptSync(
    source,
    { filename, produceCachedData: true },
  );
  isolate.dispose();
  return { source, code: produced.cachedData };
}

/**
 * One isolate with one hardened context: the only place that touches isolated-vm.
 *
 * Strings go in, strings come out; nothing of the host is ever inside. From the first code of others on, every entry runs
 * under a timeout, but loops in native code ignore it, so the supervisor keeps a deadline of its own and ends the process.
 */
export class SandboxIsolate {
  readonly #limits: SandboxLimits;
  readonly #isolate: ivm.Isolate;
  readonly #entry: ivm.Reference<Entry>;
  #source = '';
  /** What the running step has used of its time. Host tools are not counted. */
  #usedMs = 0;

  constructor(limits: SandboxLimits, prelude: CompiledPrelude) {
    this.#limits = limits;
    this.#isolate = new Isolate({ memoryLimit: limits.memoryMb });
    const context = this.#isolate.createContextSync();
    const script = this.#isolate.compileScriptSync(
      prelude.source,
      prelude.code === undefined ? { filename } : { filename, cachedData: prelude.code },
    );
    this.#entry = script.runSync(context, { reference: true }) as ivm.Reference<Entry>;
    script.release();
  }

  /** To be called once, before any code of others. */
  begin(seed: number, now: number, tools: readonly string[]): void {
    this.#entry.applySync(undefined, ['begin', String(seed), String(now)]);
    if (tools.length > 0) this.#entry.applySync(undefined, ['tools', JSON.stringify(tools), '']);
  }

  /**
   * Runs one step: the source as it is evaluated, then the microtasks that it left behind, then its value as text.
   *
   * After `timeout`, `starved` and `memory` the isolate is of no more use.
   *
   * @param answers what host tools answered when this step ran before
   */
  step(source: string, answers: readonly ToolAnswerFrame[]): StepOutcome {
    this.#source = source;
    this.#usedMs = 0;
    return this.#go('run', source, '', answers);
  }

  /** Tells a step that waits what host tools answered, one answer after the other, and lets it go on. */
  answer([first, ...rest]: readonly ToolAnswerFrame[]): StepOutcome {
    if (first === undefined) return this.#go('', '', '', []);
    const [call, kind, text] = first;
    return this.#go('answer', String(call), `${kind[0]}${text}`, rest);
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  #go(op: string, text: string, more: string, answers: readonly ToolAnswerFrame[]): StepOutcome {
    const { cpuMs, memoryMb } = this.#limits;
    const started = performance.now();
    const cpuBefore = process.cpuUsage();
    const used = (): number => this.#usedMs + performance.now() - started;
    const enter = (...args: [string, string, string]): string | undefined => {
      const restMs = cpuMs - used();
      if (restMs < timerErrorMs) return undefined;
      // What is thrown is never looked at: it may be an object of the code. An unhandled rejection is thrown too, when
      // the step itself is over and has its value.
      return attempt(() => this.#entry.applySync(undefined, args, { timeout: Math.ceil(restMs) }));
    };
    enter(op, text, more);
    // Each answer is an entry of its own, so that the microtasks of one have run before the next comes.
    for (const [call, kind, said] of answers) enter('answer', String(call), `${kind[0]}${said}`);
    const collected = enter('collect', '', '');
    if (this.#isolate.isDisposed) return failure('memory', `the memory limit is ${memoryMb} MB`);
    if (typeof collected === 'string' && !collected.startsWith('x')) {
      this.#usedMs = used();
      return this.#outcome(collected);
    }
    if (used() < cpuMs - timerErrorMs) return failure('runtime', 'Error: the step ended without a value');
    const { user, system } = process.cpuUsage(cpuBefore);
    if (this.#usedMs === 0 && wasStarved((user + system) / 1000, cpuMs)) {
      return failure('starved', 'the machine was too busy');
    }
    return failure('timeout', `the time limit is ${cpuMs} ms`);
  }

  #outcome(collected: string): StepOutcome {
    const colon = collected.indexOf(':');
    const textAt = colon + 1 + Number(collected.slice(1, colon));
    const output = collected.slice(colon + 1, textAt);
    const text = collected.slice(textAt);
    switch (collected[0]) {
      case 't':
        return { calls: JSON.parse(text) as ToolCallFrame[] };
      case 'v':
        return { error: null, output, text };
      case 's':
        return { error: this.#compiles(this.#source) ? 'runtime' : 'syntax', output, text };
      case 'o':
        return { error: 'output-limit', output, text };
      case 'h':
        return { error: 'tool-failed', output, text };
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
