import type { WorkerOutcome, WorkerRequest } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { type CompiledPrelude, compilePrelude, SandboxIsolate, type StepOutcome } from './isolate.js';
import { notebookSource, singleSource } from './notebook-source.js';

const readyIsolates = 2;
const done: WorkerOutcome = { error: null, output: '', text: '' };

/** The open sessions of a child process, one isolate each, and a few isolates that wait for a session. */
export class SessionTable {
  readonly #limits: SandboxLimits;
  readonly #prelude: CompiledPrelude;
  readonly #sessions = new Map<number, SandboxIsolate>();
  readonly #ready: SandboxIsolate[] = [];

  constructor(limits: SandboxLimits) {
    this.#limits = limits;
    this.#prelude = compilePrelude(limits);
  }

  /** Makes one isolate ahead of need. Returns whether another one is wanted. */
  prepare(): boolean {
    if (this.#ready.length < readyIsolates) this.#ready.push(new SandboxIsolate(this.#limits, this.#prelude));
    return this.#ready.length < readyIsolates;
  }

  /**
   * Runs a session of three steps, so that the first one of a caller finds everything loaded and compiled. It can be left
   * after each.
   */
  *warmUp(): Generator<void, void> {
    const isolate = this.#fresh(0, 0, []);
    try {
      for (const source of ['let x = 20, f = (n) => n + 1', 'console.log([x]); ({ x: f(x) })', 'await f(x)']) {
        isolate.step(notebookSource(source), []);
        yield;
      }
    } finally {
      isolate.dispose();
    }
    while (this.prepare()) yield;
  }

  handle(request: Extract<WorkerRequest, { id: number }>): StepOutcome {
    switch (request.op) {
      case 'open': {
        const isolate = this.#fresh(request.seed, request.now, request.tools);
        this.#sessions.set(request.session, isolate);
        return this.#finish(request.session, this.#globals(isolate, request.globals));
      }
      case 'step':
        return this.#with(request.session, (isolate) => isolate.step(notebookSource(request.source), request.answers));
      case 'answer':
        return this.#with(request.session, (isolate) => isolate.answer(request.answers));
      case 'once': {
        const isolate = this.#fresh(request.seed, request.now, []);
        try {
          const opened = this.#globals(isolate, request.globals);
          return opened.error === null ? isolate.step(singleSource(request.source), []) : opened;
        } finally {
          isolate.dispose();
        }
      }
    }
  }

  close(session: number): void {
    this.#sessions.get(session)?.dispose();
    this.#sessions.delete(session);
  }

  #fresh(seed: number, now: number, tools: readonly string[]): SandboxIsolate {
    const isolate = this.#ready.pop() ?? new SandboxIsolate(this.#limits, this.#prelude);
    isolate.begin(seed, now, tools);
    return isolate;
  }

  /** Globals are no step that anybody answers: a call of a host tool in them is an error. */
  #globals(isolate: SandboxIsolate, globals: string): WorkerOutcome {
    const outcome = globals === '' ? done : isolate.step(notebookSource(globals), []);
    return 'calls' in outcome
      ? { error: 'runtime', output: '', text: 'Error: the globals of a session cannot call tools' }
      : outcome;
  }

  #with(session: number, action: (isolate: SandboxIsolate) => StepOutcome): StepOutcome {
    const isolate = this.#sessions.get(session);
    if (isolate === undefined) return { error: 'unknown-session', output: '', text: 'the session is not open here' };
    return this.#finish(session, action(isolate));
  }

  /** A step that was cut off leaves a state that depends on the clock: the session ends here. */
  #finish(session: number, outcome: StepOutcome): StepOutcome {
    const error = 'calls' in outcome ? null : outcome.error;
    if (error === 'timeout' || error === 'starved' || error === 'memory') this.close(session);
    return outcome;
  }
}
