import type { SandboxLimits } from './sandbox-limits.js';
import { visible } from './visible.js';

/**
 * What the supervisor tells a child. Requests with an `id` are answered in order, one reply each: a result, or the calls
 * of host tools that a step waits for, which `answer` then answers.
 */
export type WorkerRequest =
  | { readonly op: 'init'; readonly limits: SandboxLimits }
  | {
      readonly op: 'open';
      readonly id: number;
      readonly session: number;
      readonly seed: number;
      /** What the clock says. */
      readonly now: number;
      readonly globals: string;
      /** Names of the host tools that its code may call. */
      readonly tools: readonly string[];
    }
  | {
      readonly op: 'step';
      readonly id: number;
      readonly session: number;
      readonly source: string;
      /** What host tools answered when this step ran before, in the order in which it learnt of it. */
      readonly answers: readonly ToolAnswerFrame[];
    }
  | {
      readonly op: 'answer';
      readonly id: number;
      readonly session: number;
      readonly answers: readonly ToolAnswerFrame[];
    }
  | {
      readonly op: 'once';
      readonly id: number;
      readonly seed: number;
      /** What the clock says. */
      readonly now: number;
      readonly globals: string;
      readonly source: string;
    }
  | { readonly op: 'close'; readonly session: number };

/** A call of a host tool: its number within its step, from 1; the tool; the arguments as JSON. */
export type ToolCallFrame = readonly [call: number, tool: string, args: string];

/**
 * The answer to a call: its number; what it is; its text. `ok`: a result, as JSON or '' for `undefined`. `error`: a
 * message for the code. `failed`: a message too, but the tool itself failed, which is not the code's fault.
 */
export type ToolAnswerFrame = readonly [call: number, kind: 'ok' | 'error' | 'failed', text: string];

const workerErrorKinds = [
  'syntax',
  'runtime',
  'timeout',
  'memory',
  'output-limit',
  'unserializable',
  'tool-failed',
  'starved',
  'unknown-session',
] as const;

/**
 * What a child can say of a failure. `tool-failed`: the code threw on the very error of a tool that failed. `starved`: the time was up, but the machine gave the child too little of it to
 * blame the code. `unknown-session`: the request names no open session, which is a fault of ours.
 */
export type WorkerErrorKind = (typeof workerErrorKinds)[number];

export interface WorkerOutcome {
  /** `null` when the step completed. */
  readonly error: WorkerErrorKind | null;
  readonly output: string;
  /** The value as text, or the message of the error. */
  readonly text: string;
}

/** What a child tells the supervisor. `cpuMs` is the processor time that the child has used since it started,
 * `rssMb` the most memory that it had resident. */
export type WorkerReply =
  | { readonly op: 'ready'; readonly cpuMs: number }
  | ({ readonly op: 'result'; readonly outcome: WorkerOutcome } & ReplyHead)
  | ({ readonly op: 'calls'; readonly calls: readonly ToolCallFrame[] } & ReplyHead);

interface ReplyHead {
  readonly id: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** What a text that was cut may be longer than its limit, so that it can say so. */
const markBytes = 64;

/**
 * The longest frame of either direction: every text escaped by JSON takes at most six bytes for one.
 *
 * @param callsTools whether a reply may hold calls of host tools
 */
export function maxFrameBytes(
  { outputBytes, valueBytes, toolCalls, toolBytes }: SandboxLimits,
  callsTools: boolean,
): { request: number; reply: number } {
  const result = outputBytes + valueBytes + 2 * markBytes;
  const calls = callsTools ? toolCalls * (toolBytes + 128) : 0;
  return { request: 2 ** 28, reply: 6 * Math.max(result, calls) + 4096 };
}

/**
 * Reads what a child sent, of which nothing is trusted: its texts are made visible again.
 *
 * @returns `null` for anything that is not exactly a reply, or whose output or text is longer than `outputBytes` or
 *   `valueBytes` and a mark of the cut
 */
export function parseWorkerReply(
  value: unknown,
  { outputBytes, valueBytes }: Pick<SandboxLimits, 'outputBytes' | 'valueBytes'>,
): WorkerReply | null {
  if (!isRecord(value)) return null;
  const { op, id, cpuMs, rssMb } = value;
  if (op === 'ready') return isAmount(cpuMs) ? { op: 'ready', cpuMs } : null;
  if (!isAmount(id) || !isAmount(cpuMs) || !isAmount(rssMb)) return null;
  if (op === 'calls') {
    const { calls } = value;
    return Array.isArray(calls) && calls.length > 0 && calls.every(isCall) ? { op, id, calls, cpuMs, rssMb } : null;
  }
  const { outcome } = value;
  if (op !== 'result' || !isRecord(outcome)) return null;
  const output = boundedText(outcome['output'], outputBytes + markBytes);
  const text = boundedText(outcome['text'], valueBytes + markBytes);
  if (output === null || text === null) return null;
  const error = outcome['error'] === null ? null : workerErrorKinds.find((kind) => kind === outcome['error']);
  return error === undefined ? null : { op: 'result', id, outcome: { error, output, text }, cpuMs, rssMb };
}

/** A text as a reader may see it, if it has at most so many bytes. */
function boundedText(value: unknown, bytes: number): string | null {
  if (typeof value !== 'string' || value.length > bytes) return null;
  const text = visible(value);
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes ? text : null;
}

function isCall(value: unknown): value is ToolCallFrame {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [call, tool, args] = value;
  return Number.isSafeInteger(call) && call > 0 && typeof tool === 'string' && typeof args === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
