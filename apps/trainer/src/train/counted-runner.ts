import type { CodeRunner } from '@turnwise/trajectory';

/** A code runner that counts what it could not finish in time. */
export interface CountedRunner extends CodeRunner {
  /** Runs so far that ended by the wall clock: an event that ends the promise of determinism. */
  readonly timeouts: () => number;
}

/** The same runner, counted. */
export function countedRunner(runner: CodeRunner): CountedRunner {
  let timeouts = 0;
  return {
    run: async (code, options) => {
      const result = await runner.run(code, options);
      if (result.status === 'timeout') timeouts += 1;
      return result;
    },
    timeouts: () => timeouts,
  };
}
