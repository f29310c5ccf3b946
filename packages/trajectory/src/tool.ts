/** What a tool is to a policy: its name, what it does, and which arguments it takes. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /**
   * Which argument holds source code, if the tool takes code. The code of a call, as reward shaping
   * reads it, is that argument; of a tool without one it is the canonical JSON of the call.
   */
  readonly codeArgument?: string;
}

/** A request to a tool that names a known tool and whose arguments fit the tool's schema. */
export interface ToolCall {
  /** Unique within its turn. */
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The arguments as the policy wrote them, where that is JSON: parsing loses spaces, `1.0` and large integers. */
  readonly rawArguments?: string;
}

/** Why a text that was meant as a tool call is none. */
export type InvalidToolCallReason = 'unparsable' | 'unknown-tool' | 'invalid-arguments';

/** A tool call as read from an action. A mistake of the model is a value and reaches the reward. */
export type ParsedToolCall =
  | { readonly status: 'valid'; readonly call: ToolCall }
  | {
      readonly status: 'invalid';
      readonly reason: InvalidToolCallReason;
      /** The text as the policy wrote it. */
      readonly raw: string;
      /** What the policy is told. */
      readonly message: string;
    };

/** What came of a tool call. `infrastructure-failure` is ours, never the model's: it is never scored. */
export type ToolResult =
  | { readonly status: 'ok'; readonly text: string }
  | { readonly status: 'error'; readonly text: string }
  | { readonly status: 'timeout'; readonly text: string }
  | { readonly status: 'out-of-memory'; readonly text: string }
  | { readonly status: 'output-limit'; readonly text: string }
  | { readonly status: 'infrastructure-failure'; readonly text: string };

/** The tools of one trajectory. State (variables, a database) lives from turn to turn. */
export interface ToolSession {
  /** Never rejects for a mistake of the model; an infrastructure failure is a result too. */
  call(call: ToolCall, options?: { readonly signal?: AbortSignal }): Promise<ToolResult>;
  close(): Promise<void>;
}

/** Opens the tools of a trajectory. `definitions` are what the policy may call in this task. */
export interface ToolProvider<T = unknown> {
  definitions(task: T): readonly ToolDefinition[];
  open(task: T, seed: number): Promise<ToolSession>;
}
