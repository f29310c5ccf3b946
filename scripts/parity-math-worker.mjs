// Judges the cases that it is given, one message each.
import { parentPort, workerData } from 'node:worker_threads';

const built = new URL('../packages/rewards/dist/index.js', import.meta.url).href;
const { mathEquivalent } = await import(built);
for (const { prediction, gold } of workerData) {
  const start = performance.now();
  let verdict = null;
  let error = null;
  try {
    verdict = mathEquivalent(prediction, gold);
  } catch (thrown) {
    error = String(thrown);
  }
  parentPort?.postMessage({ verdict, error, milliseconds: performance.now() - start });
}
