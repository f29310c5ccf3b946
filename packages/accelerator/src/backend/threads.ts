import { availableParallelism } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/** Sizes of TensorFlow's two thread pools: within one operation, and between independent operations. */
export interface Threads {
  readonly intraOp: number;
  readonly interOp: number;
}

/**
 * The sizes that native TensorFlow will take: an option, else the variable `TF_NUM_INTRAOP_THREADS` or
 * `TF_NUM_INTEROP_THREADS` if it holds a whole number above 0, else 1 within an operation and all cores between
 * operations (waking threads for small matrices costs more than it brings; parallelism comes from independent
 * subgraphs).
 */
export function chooseThreads(
  options: Partial<Threads> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
  cores: number = availableParallelism(),
): Threads {
  return {
    intraOp: check('threads.intraOp', options.intraOp) ?? parse(environment['TF_NUM_INTRAOP_THREADS']) ?? 1,
    interOp: check('threads.interOp', options.interOp) ?? parse(environment['TF_NUM_INTEROP_THREADS']) ?? cores,
  };
}

/**
 * Puts the sizes, and silence, where TensorFlow reads them when its library is loaded. A worker thread has only a copy
 * of the environment, which TensorFlow does not see: there the sizes stand only if the main thread set them before.
 * Returns whether they will hold.
 */
export function publishThreads(threads: Threads): boolean {
  const holds = isMainThread || inherited(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '3';
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads.intraOp);
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads.interOp);
  return holds;
}

function inherited(threads: Threads): boolean {
  return (
    parse(process.env['TF_NUM_INTRAOP_THREADS']) === threads.intraOp &&
    parse(process.env['TF_NUM_INTEROP_THREADS']) === threads.interOp
  );
}

function check(name: string, value: number | undefined): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
    throw new RangeError(`${name}: a whole number above 0, got ${value}`);
  }
  return value;
}

function parse(text: string | undefined): number | undefined {
  const value = Number(text);
  return text && Number.isInteger(value) && value > 0 ? value : undefined;
}
