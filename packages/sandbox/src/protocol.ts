import type { SandboxLimits } from './sandbox-limits.js';

/** What the supervisor tells a child. Requests with an `id` are answered in order, one reply each. */
export type WorkerRequest =
  | { readonly op: 'init'; readonly limits: SandboxLimits; readonly now: number }
  | {
      readonly op: 'open';
      readonly id: number;
      readonly session: number;
      readonly seed: number;
      readonly globals: string;
    }
  | { readonly op: 'step'; readonly id: number; readonly session: number; readonly source: string }
  | {
      readonly op: 'once';
      readonly id: number;
      readonly seed: number;
      readonly globals: string;
      readonly source: string;
    }
  | { readonly op: 'close'; readonly session: number };

const workerErrorKinds = [
  'syntax',
  'runtime',
  'timeout',
  'memory',
  'output-limit',
  'unserializable',
  'starved',
  'unknown-session',
] as const;

/**
 * What a child can say of a failure. `starved`: the time was up, but the machine gave the child too little of it to
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

/** What a child tells the supervisor. `cpuMs` is the processor time that the child has used since it started. */
export type WorkerReply =
  | { readonly op: 'ready'; readonly cpuMs: number }
  | {
      readonly op: 'result';
      readonly id: number;
      readonly outcome: WorkerOutcome;
      readonly cpuMs: number;
      readonly rssMb: number;
    };

/** The longest frame of either direction: every text escaped by JSON takes at most six bytes for one. */
export function maxFrameBytes(limits: SandboxLimits): { request: number; reply: number } {
  return { request: 2 ** 28, reply: 6 * (limits.outputBytes + limits.valueBytes) + 4096 };
}

/**
 * Reads what a child sent, of which nothing is trusted.
 *
 * @returns `null` for anything that is not exactly a reply within its limits
 */
export function parseWorkerReply(value: unknown): WorkerReply | null {
  if (!isRecord(value)) return null;
  const { id, outcome, cpuMs, rssMb } = value;
  if (value['op'] === 'ready') return isAmount(cpuMs) ? { op: 'ready', cpuMs } : null;
  if (value['op'] !== 'result' || !isAmount(id) || !isAmount(cpuMs) || !isAmount(rssMb) || !isRecord(outcome))
    return null;
  const { output, text } = outcome;
  if (typeof output !== 'string' || typeof text !== 'string') return null;
  const error = outcome['error'] === null ? null : workerErrorKinds.find((kind) => kind === outcome['error']);
  return error === undefined ? null : { op: 'result', id, outcome: { error, output, text }, cpuMs, rssMb };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
