import type { Random } from './random.js';
import type { TaskRow } from './task-schema.js';

/** One move of a scripted policy: the content of a call (tool name and argument) or of an answer. */
export type Move =
  | { readonly kind: 'call'; readonly text: string }
  | { readonly kind: 'answer'; readonly text: string };

/** A scripted policy for one task: yields moves, is sent the text of each tool result. */
export type Demonstration = Generator<Move, void, string>;

/**
 * How a demonstration goes about its task.
 * - `right`: solves it;
 * - `habit`: the family's one plausible wrong strategy, the same each time;
 * - `slip`: the right strategy with one wrong step;
 * - `premature`: answers after the first result;
 * - `direct`: answers without a call.
 */
export type Strategy = 'right' | 'habit' | 'slip' | 'premature' | 'direct';

/** A generated task, with what is needed to demonstrate it. */
export interface TaskInstance {
  readonly row: Omit<TaskRow, 'id' | 'tags'>;
  /** The abstract shape of the task, numbers and names left out: a third of these never occurs in training. */
  readonly composition: string;
  demonstrate(strategy: Strategy, random: Random): Demonstration;
  /** A call of this family's tool that is not valid. */
  invalidCall(random: Random): string;
}

/** How long the tasks of a family are. */
export interface TaskLength {
  /** Least and most tool calls that the right strategy needs. */
  readonly minCalls: number;
  readonly maxCalls: number;
}

export interface TaskFamily {
  readonly name: string;
  readonly defaultLength: TaskLength;
  draw(random: Random, length: TaskLength): TaskInstance;
}

export const call = (text: string): Move => ({ kind: 'call', text });
export const answer = (text: string): Move => ({ kind: 'answer', text });
