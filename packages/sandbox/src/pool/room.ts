/** Too many runs wait already. `await sandbox.room()` first, or raise `maxWaiting`. */
export class SandboxBusyError extends Error {
  override readonly name = 'SandboxBusyError';
}

/** Lets at most so many pieces of work wait. */
export class Room {
  readonly #most: number;
  readonly #line: { readonly waiting: number };
  readonly #waiting = new Set<{ resolve: () => void; reject: (reason: unknown) => void }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(most: number, line: { readonly waiting: number }) {
    this.#most = most;
    this.#line = line;
  }

  /** @throws SandboxBusyError when so many wait already */
  admit(): void {
    const { waiting } = this.#line;
    if (waiting < this.#most) return;
    throw new SandboxBusyError(
      `sandbox: at most ${this.#most} runs may wait (maxWaiting), got one more; await sandbox.room() before it`,
    );
  }

  /** Resolves when there is room, and rejects with the signal's reason when nobody waits for that any more. */
  async wait(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    while (this.#line.waiting >= this.#most) {
      await new Promise<void>((resolve, reject) => {
        const entry = {
          resolve: () => {
            signal?.removeEventListener('abort', entry.abort);
            resolve();
          },
          reject,
          abort: () => {
            this.#waiting.delete(entry);
            reject(signal?.reason);
          },
        };
        signal?.addEventListener('abort', entry.abort);
        this.#waiting.add(entry);
        this.#timer ??= setInterval(() => this.#look(), 2);
      });
    }
  }

  close(): void {
    this.#stop();
    for (const entry of this.#waiting) entry.reject(new Error('sandbox: closed'));
    this.#waiting.clear();
  }

  /** Lets in as many as there is room for, the first first; each is expected to take one place. */
  #look(): void {
    let free = this.#most - this.#line.waiting;
    for (const entry of this.#waiting) {
      if (free-- <= 0) break;
      this.#waiting.delete(entry);
      entry.resolve();
    }
    if (this.#waiting.size === 0) this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
