/** Adds up the seconds that each part of an update takes. */
export interface PartClock<Part extends string> {
  /** Runs `work` and counts its time to `part`, also when it throws. */
  time<T>(part: Part, work: () => T | Promise<T>): Promise<T>;
  readonly seconds: Readonly<Partial<Record<Part, number>>>;
}

/** A clock that reads `now`, in milliseconds. */
export function partClock<Part extends string>(now: () => number): PartClock<Part> {
  const seconds: Partial<Record<Part, number>> = {};
  return {
    seconds,
    time: async (part, work) => {
      const start = now();
      try {
        return await work();
      } finally {
        seconds[part] = (seconds[part] ?? 0) + (now() - start) / 1000;
      }
    },
  };
}
