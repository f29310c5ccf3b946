import type { ToolProvider, ToolSession } from '@turnwise/trajectory';

/**
 * A session that is opened at its first call, so that a trajectory without calls costs no tools, and closed at most
 * once. `close` waits for nothing when it was never opened.
 */
export function lazySession<T>(tools: ToolProvider<T>, task: T, seed: number): ToolSession {
  let opened: Promise<ToolSession> | null = null;
  return {
    async call(call, options) {
      opened ??= tools.open(task, seed);
      return (await opened).call(call, options);
    },
    async close() {
      const session = opened;
      opened = null;
      if (session === null) return;
      const [outcome] = await Promise.allSettled([session]);
      // A session that never opened has nothing to close; its error reached the caller of `call`.
      if (outcome.status === 'fulfilled') await outcome.value.close();
    },
  };
}
