/**
 * Work for a process that nobody asks anything: it begins after some time of silence, and one step of it is done in each
 * turn of the event loop, so that what comes meanwhile waits for one step at most.
 */
export class Standby {
  readonly #steps: Iterator<void, void>;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;

  constructor(steps: Iterator<void, void>, afterMs: number) {
    this.#steps = steps;
    // Timers come before input in a turn, immediates after it: what is in the pipe by now is read first.
    this.#timer = setTimeout(() => this.#later(), afterMs);
  }

  /** Somebody asks: no further step is done. */
  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#steps.return?.();
  }

  #later(): void {
    this.#immediate = setImmediate(() => {
      if (!this.#steps.next().done) this.#later();
    });
  }
}
