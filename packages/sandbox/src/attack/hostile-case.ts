import type { RunErrorKind } from '../run-result.js';

/** An input that wants to do harm. Its code may call `log(x)`, and the host tools `asyncThrow()` and `logThrow()`. */
export interface HostileCase {
  readonly category: string;
  readonly name: string;
  readonly code: string;
}

/** How a run ends, in one word. */
export type Outcome = 'ok' | RunErrorKind;

/** A hostile case with the outcomes that are right for it. Several, where the engine or the speed of the machine decides. */
export interface DecidedCase extends HostileCase {
  readonly outcomes: readonly Outcome[];
  /** The text of the value or error, if it must be exactly so. */
  readonly text?: string;
}

/** Cases of one category, as rows: name, code, outcomes, text. */
export function casesOf(
  category: string,
  rows: readonly (readonly [name: string, code: string, outcomes: readonly Outcome[], text?: string])[],
): DecidedCase[] {
  return rows.map(([name, code, outcomes, text]) => ({
    category,
    name,
    code,
    outcomes,
    ...(text === undefined ? {} : { text }),
  }));
}

/** What fills memory ends by memory, or by time on a slow machine. */
export const filling: readonly Outcome[] = ['memory', 'crashed', 'timeout'];
/** A large allocation may also be refused to the code, by a `RangeError`. */
export const fillingOrRefused: readonly Outcome[] = [...filling, 'runtime'];
/** What takes time in native code may be done in time on a fast machine, or run out of memory or stack first. */
export const slow: readonly Outcome[] = ['ok', 'timeout', 'memory', 'runtime', 'crashed'];
