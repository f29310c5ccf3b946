import type { SandboxLimits } from './sandbox-limits.js';

export const runErrorKinds = [
  'syntax',
  'runtime',
  'timeout',
  'memory',
  'output-limit',
  'source-too-large',
  'unserializable',
  'crashed',
  'killed',
  'aborted',
  'session-lost',
  'internal',
] as const;

/**
 * Why a run has no result. The set is closed.
 *
 * | kind | what happened |
 * |---|---|
 * | `syntax` | the code does not parse; nothing of it ran |
 * | `runtime` | the code threw, or its session has no steps left |
 * | `timeout` | the code was still running at its limit; its effects are undone |
 * | `memory` | the code asked for more memory than it may have; its effects are undone |
 * | `output-limit` | the code printed many times its budget |
 * | `source-too-large` | the code is longer than its limit; nothing of it ran |
 * | `unserializable` | the value cannot be shown as text |
 * | `crashed` | the code ended its process, and did so again alone in a new one |
 * | `killed` | somebody else ended or stopped the process, twice |
 * | `aborted` | the caller's signal, or `close()` |
 * | `session-lost` | the session's earlier steps, played again, did not give what they gave before |
 * | `internal` | a fault of the sandbox or of the machine: never the code's |
 */
export type RunErrorKind = (typeof runErrorKinds)[number];

/** What came of running some code. Mistakes of the code are values; only mistakes of the caller throw. */
export type RunResult =
  | {
      readonly status: 'ok';
      /** The printed lines, then the value of the last expression. Bounded, control characters escaped. */
      readonly text: string;
    }
  | {
      readonly status: 'error';
      readonly kind: RunErrorKind;
      /** One sentence for whoever wrote the code, e.g. `TypeError: x is not a function`. */
      readonly message: string;
      /** What the code printed before it failed, where that is known. */
      readonly output: string;
      /** The limit that was passed, if one was. */
      readonly limit?: keyof SandboxLimits;
    };
