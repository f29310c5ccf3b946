/** What TensorFlow's executor says of its work when its own log is on: the beginning and the end of every operation. */
export const EXECUTOR_LOG = { TF_CPP_VMODULE: 'executor=2', TF_CPP_MIN_LOG_LEVEL: '0' } as const;

/** How often an operation ran, and how long that took, in ms over all threads. */
export interface OperationTime {
  readonly operation: string;
  readonly count: number;
  readonly ms: number;
}

/** Operations that compute nothing: what they take is what the log takes. */
const IDLE: ReadonlySet<string> = new Set(['Identity', 'Const', '_Arg', '_Retval', 'NoOp']);

const LINE =
  /(\d\d):(\d\d):(\d\d\.\d+): I .*executor\.cc:\d+\] (Process node|Synchronous kernel done|Async kernel done): (\d+ step -?\d+ \{\{node [^}]*\}\}) = (\w+)/;

/** Reads the executor's log line by line. */
export class ExecutorLog {
  readonly #begun = new Map<string, number[]>();
  readonly #durations = new Map<string, number[]>();

  /** A line of the log; others are passed over. */
  read(line: string): void {
    const match = LINE.exec(line);
    if (match === null) return;
    const [, hours, minutes, seconds, what, node, operation] = match as unknown as string[];
    const at = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    const begun = this.#begun.get(node as string) ?? [];
    this.#begun.set(node as string, begun);
    if (what === 'Process node') {
      begun.push(at);
      return;
    }
    const from = begun.pop();
    if (from === undefined) return;
    const durations = this.#durations.get(operation as string) ?? [];
    durations.push(at - from);
    this.#durations.set(operation as string, durations);
  }

  /** What was read so far is forgotten. */
  clear(): void {
    this.#begun.clear();
    this.#durations.clear();
  }

  /**
   * Time by operation, longest first, less what writing the log takes: the median of operations that do nothing.
   *
   * @param runs what was read is so many times what is asked for
   */
  operations(runs: number): OperationTime[] {
    const idle = [...this.#durations].flatMap(([operation, durations]) => (IDLE.has(operation) ? durations : []));
    const log = idle.sort((a, b) => a - b)[idle.length >> 1] ?? 0;
    return [...this.#durations]
      .map(([operation, durations]) => ({
        operation,
        count: durations.length / runs,
        ms: durations.reduce((sum, ms) => sum + Math.max(0, ms - log), 0) / runs,
      }))
      .sort((a, b) => b.ms - a.ms);
  }
}
