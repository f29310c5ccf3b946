import { getQuickJS, shouldInterruptAfterDeadline } from 'quickjs-emscripten';
import { type Contender, work } from '../contender.js';
import { versionOf } from './raw-isolates.js';

/** A fresh QuickJS in WebAssembly per call, in this thread. */
export async function quickJs(): Promise<Contender> {
  const quickjs = await getQuickJS();
  return {
    call: 'getQuickJS().evalCode(code, { shouldInterrupt, memoryLimitBytes }), a fresh runtime per call, 1 thread',
    versions: { 'quickjs-emscripten': versionOf('quickjs-emscripten') },
    calls: 20,
    run: async (n) => {
      const shouldInterrupt = shouldInterruptAfterDeadline(Date.now() + 1000);
      return String(quickjs.evalCode(work(n), { shouldInterrupt, memoryLimitBytes: 32 * 2 ** 20 }));
    },
    close: async () => {},
  };
}
