import { Worker } from 'node:worker_threads';

/** Watches the process from a thread of its own, which no loop of untrusted code can hold up. */
export interface Guard {
  busy(): void;
  idle(): void;
}

/** The exit signal that says: the guard ended the process for its memory. */
export const memorySignal = 'SIGUSR2';

/**
 * Starts the guard. It ends the process by `SIGUSR2` when its resident memory passes the limit, looked at every 10 ms
 * while busy; the peak counts, so that nothing that was between two looks is missed. It also looks after the parent:
 * when that is gone, a child that is stuck in native code cannot see its input end, so the guard ends it within a second.
 */
export function startGuard(hardMemoryMb: number): Guard {
  const shared = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(`(${watch.toString()})(require('node:worker_threads').workerData)`, {
    eval: true,
    workerData: { shared, hardMemoryMb, parent: process.ppid, signal: memorySignal },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  const set = (state: number): void => {
    Atomics.store(shared, 0, state);
    if (state === 1) Atomics.notify(shared, 0);
  };
  return {
    busy: () => set(1),
    idle: () => set(0),
  };
}

interface Watched {
  readonly shared: Int32Array;
  readonly hardMemoryMb: number;
  readonly parent: number;
  readonly signal: string;
}

/** Runs in the guard's thread, from its own source text: it closes over nothing. */
function watch({ shared, hardMemoryMb, parent, signal }: Watched): void {
  for (let ticks = 0; ; ticks++) {
    const idle = Atomics.load(shared, 0) === 0;
    if (idle) Atomics.wait(shared, 0, 0, 1000);
    else Atomics.wait(shared, 0, 1, 10);
    if ((idle || ticks % 50 === 0) && process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    // In KB. Unlike the size of now it needs no /proc.
    if (process.resourceUsage().maxRSS > hardMemoryMb * 1024) process.kill(process.pid, signal);
  }
}
