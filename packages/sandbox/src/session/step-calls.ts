import { observe, type SandboxObserver } from '../metrics/observer.js';
import type { ChildOutcome } from '../pool/child.js';
import type { ToolAnswerFrame, ToolCallFrame } from '../protocol.js';
import type { SandboxLimits } from '../sandbox-limits.js';
import type { Tool } from '../tool/define-tool.js';
import { executeTool } from '../tool/execute-tool.js';
import { visible } from '../visible.js';

export interface ToolHost {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly limits: SandboxLimits;
  readonly observer: SandboxObserver;
}

/**
 * The calls of host tools by one step. Each is made once, also when the step is done again in another child: what was
 * answered is told again, in the same order.
 */
export class StepCalls {
  /** What the step has been told, in order. */
  readonly told: ToolAnswerFrame[] = [];
  readonly #host: ToolHost;
  readonly #known = new Set<number>();
  readonly #ending = new AbortController();
  #inFlight = 0;
  #failed = false;
  #endedByFailure = false;
  #finished: ToolAnswerFrame[] = [];
  #wake: (() => void) | null = null;

  constructor(host: ToolHost) {
    this.#host = host;
  }

  /**
   * Makes the calls that are new, and waits until one of all is answered, or until {@link StepCalls.end}.
   *
   * @returns `false` for a call that no step can make: the child is not to be trusted
   */
  async answer(calls: readonly ToolCallFrame[]): Promise<boolean> {
    for (const [call, name, args] of calls) {
      if (this.#known.has(call)) continue;
      const tool = this.#host.tools.get(name);
      const { toolCalls, toolBytes } = this.#host.limits;
      if (tool === undefined || this.#known.size >= toolCalls || Buffer.byteLength(args) > toolBytes) return false;
      this.#known.add(call);
      void this.#make(call, tool, args);
    }
    if (this.#finished.length === 0 && !this.#ending.signal.aborted) {
      // It has been told every answer, so it waits for nothing.
      if (this.#inFlight === 0) return false;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  /** The answers that the step has not been told yet. From now on it has. */
  take(): readonly ToolAnswerFrame[] {
    const news = this.#finished;
    this.#finished = [];
    this.told.push(...news);
    return news;
  }

  /** Learns of what the child answered. */
  hear(outcome: ChildOutcome): void {
    this.#endedByFailure = outcome.type === 'reply' && outcome.outcome.error === 'tool-failed';
  }

  /** Whether the step ended by the failure of a tool. The child says so, and is believed if a tool did fail. */
  get hostFailed(): boolean {
    return this.#failed && this.#endedByFailure;
  }

  /** Nobody waits any more: calls that run are aborted. */
  end(): void {
    this.#ending.abort();
    this.#wake?.();
  }

  async #make(call: number, tool: Tool, args: string): Promise<void> {
    const startedAt = performance.now();
    this.#inFlight++;
    const outcome = await executeTool(tool, parsed(args), this.#host.limits, this.#ending.signal);
    this.#inFlight--;
    const ms = performance.now() - startedAt;
    const error = outcome.status === 'failed' ? { error: outcome.error } : {};
    observe(this.#host.observer, { type: 'tool-call', tool: tool.name, outcome: outcome.status, ms, ...error });
    this.#failed ||= outcome.status === 'failed';
    this.#finished.push(
      outcome.status === 'ok'
        ? [call, 'ok', outcome.json]
        : [call, outcome.status === 'failed' ? 'failed' : 'error', visible(outcome.message)],
    );
    this.#wake?.();
    this.#wake = null;
  }
}

/** Arguments as the schema sees them; `undefined` for none, and for what is not JSON, which no schema of an object takes. */
function parsed(args: string): unknown {
  try {
    return JSON.parse(args);
  } catch {
    return undefined;
  }
}
