import type { RunResult } from '../run-result.js';

/** A run that somebody waits for: settled once, by its result or by giving up. */
export class Ticket {
  readonly result: Promise<RunResult>;
  /** `true` when the caller gave up. Its result, if one still comes, is for nobody. */
  cancelled = false;
  onCancel: () => void = () => {};
  readonly #signal: AbortSignal | undefined;
  readonly #cancel = (): void => this.cancel();
  #dropped: (() => void) | null = null;
  #resolve: ((result: RunResult) => void) | null = null;

  constructor(signal: AbortSignal | undefined) {
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#signal = signal;
    if (signal?.aborted) this.cancel();
    else signal?.addEventListener('abort', this.#cancel);
  }

  /** What the line in which it stands does when the caller gives up; `null` once it stands in none. */
  onDrop(dropped: (() => void) | null): void {
    this.#dropped = dropped;
  }

  settle(result: RunResult): void {
    this.#signal?.removeEventListener('abort', this.#cancel);
    this.#resolve?.(result);
    this.#resolve = null;
  }

  /** The caller gives up: the result is `aborted`, unless there was one already. */
  cancel(): void {
    if (this.cancelled || (this.#resolve === null && this.result !== undefined)) return;
    this.cancelled = true;
    this.settle({ status: 'error', kind: 'aborted', message: 'the run was aborted', output: '' });
    this.#dropped?.();
    this.#dropped = null;
    this.onCancel();
  }
}
