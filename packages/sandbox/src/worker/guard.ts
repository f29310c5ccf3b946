import { Worker } from 'node:worker_threads';

/** Watches the process from a thread of its own, which no loop of untrusted code can hold up. */
export interface Guard {
  /** Ends the process by `SIGUSR2` when its resident memory passes this, looked at every 10 ms while busy. */
  limit(hardMemoryMb: number): void;
  busy(): void;
  idle(): void;
}

/** The exit signal that says: the guard ended the process for its memory. */
export const memorySignal = 'SIGUSR2';

const [stateAt, limitAt] = [0, 1];

/**
 * Starts the guard. Besides memory it looks after the parent: when that is gone, a child that is stuck in native code
 * cannot see its input end, so the guard ends it within a second.
 */
export function startGuard(): Guard {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(`(${watch.toString()})(require('node:worker_threads').workerData)`, {
    eval: true,
    workerData: { shared, parent: process.ppid, signal: memorySignal, stateAt, limitAt },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  const set = (state: number): void => {
    Atomics.store(shared, stateAt, state);
    if (state === 1) Atomics.notify(shared, stateAt);
  };
  return {
    limit: (hardMemoryMb) => void Atomics.store(shared, limitAt, hardMemoryMb),
    busy: () => set(1),
    idle: () => set(0),
  };
}

interface Watched {
  readonly shared: Int32Array;
  readonly parent: number;
  readonly signal: string;
  readonly stateAt: number;
  readonly limitAt: number;
}

/** Runs in the guard's thread, from its own source text: it closes over nothing. */
function watch({ shared, parent, signal, stateAt, limitAt }: Watched): void {
  for (let ticks = 0; ; ticks++) {
    const idle = Atomics.load(shared, stateAt) === 0;
    if (idle) Atomics.wait(shared, stateAt, 0, 1000);
    else Atomics.wait(shared, stateAt, 1, 10);
    if ((idle || ticks % 50 === 0) && process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    const limitMb = Atomics.load(shared, limitAt);
    if (limitMb > 0 && process.memoryUsage.rss() > limitMb * 1048576) process.kill(process.pid, signal);
  }
}
