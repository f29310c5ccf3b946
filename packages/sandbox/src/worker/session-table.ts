import type { WorkerOutcome, WorkerRequest } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import { type CompiledPrelude, compilePrelude, SandboxIsolate } from './isolate.js';
import { notebookSource } from './notebook-source.js';

const readyIsolates = 2;

/** The open sessions of a child process, one isolate each, and a few isolates that wait for a session. */
export class SessionTable {
  readonly #limits: SandboxLimits;
  readonly #prelude: CompiledPrelude;
  readonly #sessions = new Map<number, SandboxIsolate>();
  readonly #ready: SandboxIsolate[] = [];

  constructor(limits: SandboxLimits, now: number) {
    this.#limits = limits;
    this.#prelude = compilePrelude({ now, outputBytes: limits.outputBytes, valueBytes: limits.valueBytes });
  }

  /** Makes one isolate ahead of need. Returns whether another one is wanted. */
  prepare(): boolean {
    if (this.#ready.length < readyIsolates) this.#ready.push(new SandboxIsolate(this.#limits, this.#prelude));
    return this.#ready.length < readyIsolates;
  }

  handle(request: Extract<WorkerRequest, { id: number }>): WorkerOutcome {
    switch (request.op) {
      case 'open': {
        const isolate = this.#fresh(request.seed);
        this.#sessions.set(request.session, isolate);
        return this.#finish(request.session, this.#globals(isolate, request.globals));
      }
      case 'step': {
        const isolate = this.#sessions.get(request.session);
        if (isolate === undefined)
          return { error: 'unknown-session', output: '', text: 'the session is not open here' };
        return this.#finish(request.session, isolate.run(notebookSource(request.source)));
      }
      case 'once': {
        const isolate = this.#fresh(request.seed);
        try {
          const opened = this.#globals(isolate, request.globals);
          return opened.error === null ? isolate.run(notebookSource(request.source)) : opened;
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

  #fresh(seed: number): SandboxIsolate {
    const isolate = this.#ready.pop() ?? new SandboxIsolate(this.#limits, this.#prelude);
    isolate.seed(seed);
    return isolate;
  }

  #globals(isolate: SandboxIsolate, globals: string): WorkerOutcome {
    return globals === '' ? { error: null, output: '', text: '' } : isolate.run(notebookSource(globals));
  }

  /** A step that was cut off leaves a state that depends on the clock: the session ends here. */
  #finish(session: number, outcome: WorkerOutcome): WorkerOutcome {
    if (outcome.error === 'timeout' || outcome.error === 'starved' || outcome.error === 'memory') this.close(session);
    return outcome;
  }
}
