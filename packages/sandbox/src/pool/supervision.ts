import { setImmediate } from 'node:timers/promises';
import type { ToolCallFrame } from '../protocol.js';
import { aborted, failure, resultOf } from '../result-of.js';
import type { RunResult } from '../run-result.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import type { Child, ChildOutcome, FinalOutcome } from './child.js';
import type { LossCause } from './loss-cause.js';
import type { Place, Pool } from './pool.js';
import type { Ticket } from './ticket.js';
import type { Lane } from './turns.js';

/** A piece of work that can be done again in another child. */
export interface Work {
  readonly ticket: Ticket;
  readonly lane: Lane;
  /** The child that it must run in, if it has one that is alive. */
  home(): Child | null;
  /** Makes the child ready for the work, e.g. by replay. `null` when it is; a result ends the work. */
  prepare(child: Child): Promise<FinalOutcome | RunResult | null>;
  /** Whether making it ready plays earlier steps again. */
  replays(): boolean;
  send(child: Child, wallMs: number): Promise<ChildOutcome>;
  /** Has host tools do what was called, until there is something to tell. `null`: it calls none. */
  readonly tools: {
    /** `false`: the calls are none that this work may make. */
    answer(calls: readonly ToolCallFrame[]): Promise<boolean>;
    resume(child: Child, wallMs: number): Promise<ChildOutcome>;
  } | null;
  /** What was made ready is not to be used again: the next attempt starts from nothing. */
  discard(): void;
}

/** What came of a piece of work, and what it cost. */
export interface Supervised {
  readonly result: RunResult;
  readonly queueMs: number;
  readonly retries: number;
}

const bystanderRetries = 32;
const graceMs = 250;

/**
 * Does a piece of work and decides what came of it.
 *
 * | the child | then |
 * |---|---|
 * | answered | its answer |
 * | ended at the deadline of this work | `timeout` |
 * | crashed, or passed its memory, while this work ran | again, alone in a new child, in what is left of its time; twice is `crashed` or `memory` |
 * | was stopped or starved of processor time while this work ran | again in another child for 250 ms; twice is `killed` |
 * | was killed, or sent garbage, while this work ran | again in another child; twice is `killed` or `internal` |
 * | was lost while other work ran | again; this work did nothing wrong |
 *
 * Never rejects.
 */
export class Supervision {
  readonly #work: Work;
  readonly #pool: Pool;
  readonly #limits: SandboxLimits;
  #crashes = 0;
  #faults = 0;
  #starved = false;
  /** Time that is used up, of the deadline at the supervisor. */
  #usedMs = 0;
  #queueMs = 0;

  constructor(work: Work, pool: Pool, limits: SandboxLimits) {
    this.#work = work;
    this.#pool = pool;
    this.#limits = limits;
  }

  async run(): Promise<Supervised> {
    let retries = -1;
    for (let losses = 0; losses < bystanderRetries; ) {
      retries++;
      if (this.#work.ticket.cancelled) return this.#supervised(aborted(), retries);
      let attempt: RunResult | Attempt;
      try {
        attempt = await this.#attempt(this.#crashes > 0);
      } catch {
        // Why is for whoever runs the host: it may name files. The observer has been told.
        attempt = failure('internal', 'no child process could be started');
      }
      if ('status' in attempt) return this.#supervised(attempt, retries);
      const verdict = this.#judge(attempt);
      if (verdict === 'bystander') losses++;
      else if (verdict !== 'again') return this.#supervised(verdict, retries);
      // The ends of other processes that came with this one are told by then.
      await setImmediate();
    }
    const result = failure('killed', `the child was lost ${bystanderRetries} times while it ran other code`);
    return this.#supervised(result, retries);
  }

  #supervised(result: RunResult, retries: number): Supervised {
    return { result, queueMs: this.#queueMs, retries };
  }

  /** One go in one child. Whatever happens, its place is given back. @throws Error when there is no child */
  async #attempt(alone: boolean): Promise<RunResult | Attempt> {
    const { ticket, tools } = this.#work;
    const place = await this.#take(alone, this.#work.home());
    const { child } = place;
    const lost = (cause: LossCause, running: boolean): Attempt => ({
      outcome: { type: 'lost', cause, running, ranMs: 0 },
      replay: false,
      child,
    });
    try {
      // Given up since its place came: what it belongs to may be at the next piece of work.
      if (ticket.cancelled) return aborted();
      const prepared = await this.#work.prepare(child);
      if (prepared !== null) return 'status' in prepared ? prepared : { outcome: prepared, replay: true, child };
      if (ticket.cancelled) return aborted();
      if (!alone) this.#usedMs = 0;
      let outcome = await this.#work.send(child, this.#leftMs());
      while (outcome.type === 'calls') {
        this.#usedMs += outcome.ranMs;
        if (!alone) place.giveBack();
        if (tools === null || !(await tools.answer(outcome.calls))) {
          child.end('protocol');
          return lost('protocol', true);
        }
        if (ticket.cancelled) return aborted();
        if (!alone && !(await place.takeAgain())) return lost('killed', false);
        outcome = await tools.resume(child, this.#leftMs());
      }
      if (outcome.type === 'lost') this.#usedMs += outcome.ranMs;
      return { outcome, replay: false, child };
    } finally {
      place.giveBack();
    }
  }

  async #take(alone: boolean, home: Child | null): Promise<Held> {
    const { lane, ticket } = this.#work;
    const pool = this.#pool;
    const askedAt = performance.now();
    let place: Place | null = alone ? null : await pool.turn({ lane, ticket, home });
    const child = place?.child ?? (await pool.acquireAlone());
    let takenAt = performance.now();
    this.#queueMs += takenAt - askedAt;
    let held = true;
    return {
      child,
      giveBack: () => {
        if (!held) return;
        held = false;
        if (place === null) pool.rejoin(child);
        else pool.done(place, performance.now() - takenAt);
      },
      takeAgain: async () => {
        place = await pool.turn({ lane, ticket, home: child, stays: true });
        takenAt = performance.now();
        held = true;
        return place.child === child && this.#work.home() === child;
      },
    };
  }

  #leftMs(): number {
    return this.#starved ? graceMs : Math.max(1, this.#limits.wallMs - this.#usedMs);
  }

  #timeout(): RunResult {
    return failure('timeout', `the time limit is ${this.#limits.wallMs} ms`, 'wallMs');
  }

  /** What an attempt means: the result, or that the work is to be done again. */
  #judge({ outcome, replay, child }: Attempt): RunResult | 'again' | 'bystander' {
    const limits = this.#limits;
    if (outcome.type === 'reply') {
      const result = resultOf(outcome.outcome);
      if (result !== null) return result;
      this.#work.discard();
      this.#starved ||= outcome.outcome.error === 'starved';
      return ++this.#faults > 1 ? failure(this.#starved ? 'killed' : 'internal', outcome.outcome.text) : 'again';
    }
    // What filled a child may be the neighbours of what was played again there.
    if (!outcome.running || (replay && outcome.cause === 'memory')) return 'bystander';
    // No earlier step that once ended is late here: what opens the isolate is.
    if (replay && outcome.cause === 'deadline' && !this.#work.replays()) return this.#timeout();
    if (replay && outcome.cause !== 'closed') {
      const message = 'the earlier steps of the session could not be played again';
      // Who ends one process from outside often ends more, and the pool may not know of the next one yet.
      const most = outcome.cause === 'killed' ? 2 : 1;
      return ++this.#faults > most ? failure('session-lost', message) : 'again';
    }
    switch (outcome.cause) {
      case 'deadline':
        return this.#starved ? faultOf('starved') : this.#timeout();
      case 'memory':
      case 'crashed':
        // A process that was small before this work began was filled by it: no second opinion is needed.
        if (++this.#crashes === 1 && (outcome.cause === 'crashed' || child.rssMb >= limits.hardMemoryMb / 2)) {
          return 'again';
        }
        return outcome.cause === 'memory'
          ? failure('memory', `the hard memory limit is ${limits.hardMemoryMb} MB`, 'hardMemoryMb')
          : failure('crashed', 'the code brought the engine down');
      case 'starved':
      case 'killed':
      case 'protocol':
        this.#starved ||= outcome.cause === 'starved';
        return ++this.#faults > 1 ? faultOf(outcome.cause) : 'again';
      case 'closed':
        return failure('aborted', 'the sandbox was closed');
      default:
        throw new RangeError(`supervise: cause must be a LossCause, got ${String(outcome.cause satisfies never)}`);
    }
  }
}

/** What one go came to. `replay`: it did not get as far as the work itself. */
interface Attempt {
  readonly outcome: FinalOutcome;
  readonly replay: boolean;
  readonly child: Child;
}

/** A place in a child. It is given back while host tools work, and taken again to tell what they answered. */
interface Held {
  readonly child: Child;
  giveBack(): void;
  /** Whether the child still holds the work. */
  takeAgain(): Promise<boolean>;
}

function faultOf(cause: 'killed' | 'starved' | 'protocol'): RunResult {
  if (cause === 'protocol') return failure('internal', 'the child sent something that is no reply, twice');
  return failure(
    'killed',
    cause === 'killed' ? 'the child was killed, twice' : 'the child got no processor time, twice',
  );
}
