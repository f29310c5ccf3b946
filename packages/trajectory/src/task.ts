import type { PromptMessage } from './message.js';

/**
 * A prompt and the hidden data needed to score it.
 *
 * `hidden` never reaches the policy: the tools and the verifier of the task's family read it.
 */
export interface Task<Hidden = unknown> {
  /** Unique within a task set; groups are formed by it. */
  readonly id: string;
  /** Names the family, so that metrics can be reported per family. */
  readonly family: string;
  readonly prompt: readonly PromptMessage[];
  readonly hidden: Hidden;
  /** Free labels for reports, e.g. `unseen-composition`. */
  readonly tags?: readonly string[];
}
