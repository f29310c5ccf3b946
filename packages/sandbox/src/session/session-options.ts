import type { Tool } from '../tool/define-tool.js';

/** How a session, or a single run, begins. */
export interface SessionOptions {
  /** Seeds `Math.random`. An integer from 0 to 2^53 - 1, by default 0. */
  readonly seed?: number;
  /** What the clock says inside, in ms since 1970. It stands still. By default what the sandbox says. */
  readonly now?: number;
  /**
   * Source that runs before the first step: the data and the helper functions of a tool. It runs inside the isolate
   * as any step does, and its names are global there. What it prints is dropped.
   */
  readonly globals?: string;
  /**
   * On whose behalf. Callers take turns: one that asks for much waits for itself, not the others for it. By default a
   * session is a caller of its own, and single runs are one together.
   */
  readonly caller?: string;
  /** Host tools that the code may call: `await tools.search({ query: 'tea' })`. */
  readonly tools?: readonly Tool[];
}

export interface RunOptions {
  /** Ends the run with `aborted`, in the queue and in flight. */
  readonly signal?: AbortSignal;
}

export interface SingleRunOptions extends RunOptions {
  /** A shorter time for this run than `limits.wallMs`. A run with host tools does not heed it. */
  readonly wallMs?: number;
}

/** @throws RangeError when it is none */
export function checkSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
}

/** @throws RangeError for two tools of one name */
export function toolsByName(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  if (byName.size < tools.length) {
    throw new RangeError(`tools: must have different names, got ${tools.map(({ name }) => name).join(', ')}`);
  }
  return byName;
}

/** @throws RangeError when it is no moment that a Date can hold */
export function checkNow(now: number): void {
  if (!(Math.abs(now) <= 8.64e15)) throw new RangeError(`now: must be a time in ms that a Date holds, got ${now}`);
}
