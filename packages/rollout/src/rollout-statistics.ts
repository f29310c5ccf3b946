import type { InvalidToolCallReason, StopReason, ToolResult } from '@turnwise/trajectory';

/** What a collection took, abandoned attempts included. Counts are deterministic, seconds are not. */
export interface RolloutStatistics {
  readonly trajectories: number;
  readonly stopReasons: Readonly<Record<StopReason, number>>;
  /** Actions sampled. */
  readonly turns: number;
  readonly sampledTokens: number;
  /** Results of executed calls, by status. A `timeout` is an event that ends determinism. */
  readonly toolResults: Readonly<Record<ToolResult['status'], number>>;
  readonly invalidCalls: Readonly<Record<InvalidToolCallReason, number>>;
  /** Trajectories begun again after an infrastructure failure. */
  readonly retries: number;
  /** Wall time in which at least one action was being sampled. */
  readonly samplingSeconds: number;
  /** Sum over all tool calls, the opening of their sessions included; calls overlap. */
  readonly toolSeconds: number;
  readonly wallSeconds: number;
}

/** Gathers the statistics of one collection. `now` gives milliseconds. */
export class RolloutRecorder {
  readonly #now: () => number;
  readonly #start: number;
  readonly #stopReasons: Record<StopReason, number> = {
    answered: 0,
    'turn-limit': 0,
    'token-limit': 0,
    'context-full': 0,
    'tool-budget': 0,
    aborted: 0,
    'infrastructure-failure': 0,
  };
  readonly #toolResults: Record<ToolResult['status'], number> = {
    ok: 0,
    error: 0,
    timeout: 0,
    'out-of-memory': 0,
    'output-limit': 0,
    'infrastructure-failure': 0,
  };
  readonly #invalidCalls: Record<InvalidToolCallReason, number> = {
    unparsable: 0,
    'unknown-tool': 0,
    'invalid-arguments': 0,
  };
  #trajectories = 0;
  #turns = 0;
  #sampledTokens = 0;
  #retries = 0;
  #pending = 0;
  #pendingSince = 0;
  #samplingMilliseconds = 0;
  #toolMilliseconds = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#start = now();
  }

  /** Times the sampling of an action; overlapping ones count once. */
  async sampling<T extends { readonly tokenIds: readonly number[] }>(sample: () => Promise<T>): Promise<T> {
    if (this.#pending++ === 0) this.#pendingSince = this.#now();
    try {
      const action = await sample();
      this.#turns += 1;
      this.#sampledTokens += action.tokenIds.length;
      return action;
    } finally {
      if (--this.#pending === 0) this.#samplingMilliseconds += this.#now() - this.#pendingSince;
    }
  }

  /** Times a tool call. */
  async tool(call: () => Promise<ToolResult>): Promise<ToolResult> {
    const start = this.#now();
    try {
      const result = await call();
      this.#toolResults[result.status] += 1;
      return result;
    } finally {
      this.#toolMilliseconds += this.#now() - start;
    }
  }

  invalidCall(reason: InvalidToolCallReason): void {
    this.#invalidCalls[reason] += 1;
  }

  retry(): void {
    this.#retries += 1;
  }

  trajectory(stopReason: StopReason): void {
    this.#trajectories += 1;
    this.#stopReasons[stopReason] += 1;
  }

  statistics(): RolloutStatistics {
    return {
      trajectories: this.#trajectories,
      stopReasons: { ...this.#stopReasons },
      turns: this.#turns,
      sampledTokens: this.#sampledTokens,
      toolResults: { ...this.#toolResults },
      invalidCalls: { ...this.#invalidCalls },
      retries: this.#retries,
      samplingSeconds: this.#samplingMilliseconds / 1000,
      toolSeconds: this.#toolMilliseconds / 1000,
      wallSeconds: (this.#now() - this.#start) / 1000,
    };
  }
}
