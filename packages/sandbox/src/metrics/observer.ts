import type { LossCause } from '../pool/loss-cause.js';
import type { RunErrorKind } from '../run-result.js';
import type { ToolOutcome } from '../tool/execute-tool.js';

/** What happens in a sandbox, one event each. Times are in ms. */
export type SandboxEvent =
  | {
      readonly type: 'run';
      /** A run of its own, or a step of a session. */
      readonly of: 'run' | 'step';
      readonly outcome: 'ok' | RunErrorKind;
      /** Until it had a place in a child, for the last time if it was done again. */
      readonly queueMs: number;
      /** From there to the result, host tools included. */
      readonly runMs: number;
      /** How often it was done again because a child was lost. */
      readonly retries: number;
    }
  | {
      readonly type: 'tool-call';
      readonly tool: string;
      readonly outcome: ToolOutcome['status'];
      readonly ms: number;
      /** What a tool threw that failed. It stays on the host. */
      readonly error?: unknown;
    }
  | { readonly type: 'child-started'; readonly pid: number; readonly ms: number }
  | {
      readonly type: 'child-ended';
      readonly pid: number;
      readonly cause: LossCause;
      readonly served: number;
      /** How it ended by itself, and what it said then. It may name files of the host, so it stays there. */
      readonly reason?: string;
    };

/** Learns of every event as it happens. Must be quick; the first thing that it throws becomes a warning of the process. */
export type SandboxObserver = (event: SandboxEvent) => void;

const warned = new WeakSet<SandboxObserver>();

/** Tells an observer. */
export function observe(observer: SandboxObserver, event: SandboxEvent): void {
  try {
    observer(event);
  } catch (error) {
    if (warned.has(observer)) return;
    warned.add(observer);
    process.emitWarning(error instanceof Error ? error : String(error), { code: 'TURNWISE_SANDBOX_OBSERVER' });
  }
}
