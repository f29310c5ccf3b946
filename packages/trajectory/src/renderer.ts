import type { ActionMessage, ObservationMessage, PromptMessage } from './message.js';
import type { ToolDefinition } from './tool.js';

/**
 * Messages to token ids, and action tokens to a message.
 *
 * Append-only: the next prompt is always the exact concatenation of the prompt, the sampled actions and the
 * observations. What was sampled is never encoded again.
 */
export interface Renderer {
  /** Tokens that end an action. */
  readonly stopTokenIds: readonly number[];
  /** The tokens before the first action, up to where the policy goes on. */
  prompt(messages: readonly PromptMessage[], tools: readonly ToolDefinition[]): number[];
  /** Reads an action. Never throws for what a policy wrote: mistakes are invalid tool calls. */
  action(tokenIds: readonly number[], tools: readonly ToolDefinition[]): ActionMessage;
  /**
   * The tokens of an observation, up to where the policy goes on. `action` is the one that it answers: a format in which
   * a result repeats the id or the name of its call needs it.
   */
  observation(message: ObservationMessage, action?: ActionMessage): number[];
  decode(tokenIds: readonly number[]): string;
}
