import { Worker } from 'node:worker_threads';
import { type Contender, work } from '../contender.js';

const program = `const { parentPort } = require('node:worker_threads');
const { runInNewContext } = require('node:vm');
parentPort.on('message', ([id, code]) => parentPort.postMessage([id, String(runInNewContext(code, {}, { timeout: 1000 }))]));`;

/** A fresh context of `node:vm` per call in two worker threads: no wall at all, shown for its speed. */
export async function vmThreads(): Promise<Contender> {
  const waiting = new Map<number, (text: string) => void>();
  const workers = Array.from({ length: 2 }, () => new Worker(program, { eval: true }));
  for (const worker of workers) {
    worker.on('message', ([id, text]: [number, string]) => {
      waiting.get(id)?.(text);
      waiting.delete(id);
    });
  }
  let id = 0;
  return {
    call: 'vm.runInNewContext(code, {}, { timeout }) in 2 worker threads',
    versions: { node: process.versions.node },
    calls: 20,
    run: (n) =>
      new Promise((resolve) => {
        waiting.set(++id, resolve);
        workers[id % 2]?.postMessage([id, work(n)]);
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
