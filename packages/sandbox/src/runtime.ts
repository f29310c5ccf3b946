import type { WorkerCommand } from './pool/worker-command.js';

/**
 * A language that the children of a pool run. Its program reads requests and writes replies as `protocol.ts` has them,
 * and needs nothing else of this package.
 */
export interface Runtime {
  /** For messages. */
  readonly name: string;
  readonly command: WorkerCommand;
  /** `true` for a language that is no wall by itself: without a jail it does not start, unless the user opts in. */
  readonly needsJail: boolean;
  /** How long a child may take until it is ready, in ms. */
  readonly startMs: number;
  /** `true` for a language that cannot keep two sessions apart: a child serves one session, or one run, and ends. */
  readonly singleUse?: boolean;
  /**
   * `false` for a language whose code cannot call host tools: a session with some is refused, and a child that asks for
   * one is not to be trusted.
   */
  readonly hostTools?: boolean;
}
