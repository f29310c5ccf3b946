import type { Child, ChildOutcome } from './child.js';
import type { Pool } from './pool.js';
import type { WorkerOutcome } from './protocol.js';
import type { RunErrorKind, RunResult } from './run-result.js';
import type { SandboxLimits } from './sandbox-limits.js';

/** A piece of work that can be done again in another child. */
export interface Work {
  /** The child that it must run in, if it has one that is alive. */
  home(): Child | null;
  readonly fewest: 'sessions' | 'requests';
  /** Makes the child ready for the work, e.g. by replay. `null` when it is; a result ends the work. */
  prepare(child: Child): Promise<ChildOutcome | RunResult | null>;
  send(child: Child, wallMs: number): Promise<ChildOutcome>;
  /** What was made ready is not to be used again: the next attempt starts from nothing. */
  discard(): void;
  /** The caller gave up: nothing more is to be sent. */
  cancelled(): boolean;
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
export async function supervise(work: Work, pool: Pool, limits: SandboxLimits): Promise<RunResult> {
  let crashes = 0;
  let faults = 0;
  let starved = false;
  let startedAt = 0;
  for (let losses = 0; losses < bystanderRetries; ) {
    if (work.cancelled()) return failure('aborted', 'the run was aborted');
    const alone = crashes > 0;
    let child: Child;
    try {
      child = alone ? await pool.acquireAlone() : (work.home() ?? (await pool.acquire(work.fewest)));
    } catch (error) {
      return failure('internal', error instanceof Error ? error.message : String(error));
    }
    const prepared = await work.prepare(child);
    if (prepared !== null && 'status' in prepared) {
      if (alone) pool.rejoin(child);
      return prepared;
    }
    if (!alone) startedAt = performance.now();
    const leftMs = Math.max(1, limits.wallMs - (performance.now() - startedAt));
    const outcome: ChildOutcome | null =
      prepared ?? (work.cancelled() ? null : await work.send(child, starved ? graceMs : leftMs));
    if (alone) pool.rejoin(child);
    else pool.release(child);
    if (outcome === null) continue;
    if (outcome.type === 'reply') {
      const result = resultOf(outcome.outcome);
      if (result !== null) return result;
      work.discard();
      starved ||= outcome.outcome.error === 'starved';
      if (++faults > 1) return failure(starved ? 'killed' : 'internal', outcome.outcome.text);
      continue;
    }
    if (!outcome.running) {
      losses++;
      continue;
    }
    if (prepared !== null && outcome.cause !== 'closed') {
      if (++faults > 1) return failure('session-lost', 'the earlier steps of the session could not be played again');
      continue;
    }
    switch (outcome.cause) {
      case 'deadline':
        return starved ? faultOf('starved') : failure('timeout', `the time limit is ${limits.wallMs} ms`);
      case 'memory':
      case 'crashed':
        // A process that was small before this work began was filled by it: no second opinion is needed.
        if (++crashes > 1 || (outcome.cause === 'memory' && child.rssMb < limits.hardMemoryMb / 2)) {
          return outcome.cause === 'memory'
            ? failure('memory', `the memory limit of the process is ${limits.hardMemoryMb} MB`)
            : failure('crashed', 'the code ended its process');
        }
        break;
      case 'starved':
      case 'killed':
      case 'protocol':
        starved ||= outcome.cause === 'starved';
        if (++faults > 1) return faultOf(outcome.cause);
        break;
      case 'closed':
        return failure('aborted', 'the sandbox was closed');
      default: {
        const never: never = outcome.cause;
        throw new RangeError(`supervise: cause must be a LossCause, got ${String(never)}`);
      }
    }
  }
  return failure('killed', `the process was lost ${bystanderRetries} times while it ran other code`);
}

function faultOf(cause: 'killed' | 'starved' | 'protocol'): RunResult {
  if (cause === 'protocol') return failure('internal', 'the process sent something that is no reply, twice');
  return failure(
    'killed',
    cause === 'killed' ? 'the process was killed, twice' : 'the process got no processor time, twice',
  );
}

/** A child's answer as a result; `null` when it says that the work must be done again. */
export function resultOf({ error, output, text }: WorkerOutcome): RunResult | null {
  switch (error) {
    case null:
      return { status: 'ok', text: output === '' || text === '' ? output + text : `${output}\n${text}` };
    case 'starved':
    case 'unknown-session':
      return null;
    default:
      return { status: 'error', kind: error, message: text, output };
  }
}

export function failure(kind: RunErrorKind, message: string): RunResult {
  return { status: 'error', kind, message, output: '' };
}
