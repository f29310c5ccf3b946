import type { SandboxEvent } from '../metrics/observer.js';

const mostMs = 30_000;

/** Knows from a sandbox's events how many of its children are ready, and how long the slowest took to start. */
export class ChildCounter {
  readonly #ready = new Set<number>();
  slowestStartMs = 0;
  losses = 0;

  readonly observer = (event: SandboxEvent): void => {
    if (event.type === 'child-started') {
      this.#ready.add(event.pid);
      this.slowestStartMs = Math.max(this.slowestStartMs, event.ms);
    }
    if (event.type === 'child-ended') {
      this.#ready.delete(event.pid);
      this.losses++;
    }
  };

  /** Waits until so many are ready, for at most 30 s. */
  async atLeast(count: number): Promise<void> {
    const until = performance.now() + mostMs;
    while (this.#ready.size < count && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
