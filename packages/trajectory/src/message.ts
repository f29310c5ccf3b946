import type { ParsedToolCall, ToolResult } from './tool.js';

/** What stands before the first action. Assistant messages here are context, never actions. */
export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** The text view of an action: what the policy said, which tools it called, what it answered. */
export interface ActionMessage {
  readonly role: 'assistant';
  /** The decoded action, whole. */
  readonly content: string;
  readonly toolCalls: readonly ParsedToolCall[];
  /** The final answer, or `null` when the action gives none. */
  readonly answer: string | null;
}

/** The text view of an observation: one result per tool call of the action, in order. */
export interface ObservationMessage {
  readonly role: 'tool';
  readonly results: readonly ToolResult[];
}
