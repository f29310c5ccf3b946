/** One way to run untrusted code, as it is measured. */
export interface Contender {
  /** The exact call. */
  readonly call: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Calls of one unit of work; so many are under way at once. */
  readonly calls: number;
  /** Before each sample, and not in it. */
  prepare?(): Promise<void>;
  /** Computes {@link work} of `n` and gives its text. */
  run(n: number): Promise<string>;
  close(): Promise<void>;
}

/** Sessions that are open, and steps of them that are under way at once, as in a rollout of many trajectories. */
export const open = 64;
export const stepsAtOnce = 256;

/** The work of every contender: a few hundred operations, whose answer is known. */
export function work(n: number): string {
  return `let sum = 0; for (let i = 0; i < 100; i++) sum += i * ${n}; sum`;
}

/** The same in Python, printed. */
export function pythonWork(n: number): string {
  return `print(sum(i * ${n} for i in range(100)))`;
}

/** 0 + 1 + ... + 99 = 4950. */
export function answerOf(n: number): string {
  return String(4950 * n);
}
