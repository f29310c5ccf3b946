import type { ParsedToolCall, ToolCall, ToolDefinition } from '@turnwise/trajectory';

/**
 * How a family of models writes tool calls. A format knows nothing of tokenizers and templates: it reads and writes
 * text. In a text that it reads, a special token stands between two seams, so that `tag('<tool_call>')` finds the token
 * and never the same characters written out; where the vocabulary has no such token, the characters are the tag.
 */
export interface ToolFormat {
  readonly name: string;
  /** Reads what a policy wrote, without its reasoning and its stop token. Never throws for what it wrote. */
  read(action: WrittenAction): ReadAction;
  /** The calls as a policy writes them, special tokens spelled out. `read` gives the same calls back. */
  write(calls: readonly ToolCall[], tools: readonly ToolDefinition[]): string;
  /** What to tell a policy whose chat template says nothing of tools: which there are, and how to call them. */
  describe(tools: readonly ToolDefinition[]): string;
  /** The id of the call at this place when the policy gave none. Absent: `call_0`, `call_1`, ... */
  callId?(index: number): string;
}

export interface WrittenAction {
  /** Special tokens between seams. */
  readonly text: string;
  readonly tools: readonly ToolDefinition[];
  /** The tag as it stands in `text`. */
  tag(name: string): string;
  /** Part of `text` without seams: what a person would read. */
  plain(part: string): string;
}

export interface ReadAction {
  readonly calls: readonly ParsedToolCall[];
  /** What was said beside the calls. */
  readonly said: string;
}

/** The id of a call whose format writes none. */
export const callIdOf = (format: ToolFormat, index: number): string => format.callId?.(index) ?? `call_${index}`;
