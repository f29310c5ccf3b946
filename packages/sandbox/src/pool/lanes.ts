import { Lane } from './turns.js';

const mostIdle = 4096;

/** The lanes of callers by name. What a caller has used is remembered for a while after it has gone. */
export class Lanes {
  readonly #lanes = new Map<string, { readonly lane: Lane; users: number }>();

  enter(caller: string): Lane {
    const entry = this.#lanes.get(caller) ?? { lane: new Lane(), users: 0 };
    entry.users++;
    this.#lanes.set(caller, entry);
    return entry.lane;
  }

  leave(caller: string): void {
    const entry = this.#lanes.get(caller);
    if (entry === undefined) return;
    entry.users--;
    if (this.#lanes.size <= mostIdle) return;
    for (const [name, { users }] of this.#lanes) {
      if (users === 0) this.#lanes.delete(name);
      if (this.#lanes.size <= mostIdle / 2) return;
    }
  }
}
