import { Worker } from 'node:worker_threads';

/** Watches the process from a thread of its own, which no loop of untrusted code can hold up. */
export interface Guard {
  busy(): void;
  idle(): void;
}

/** The exit signal that says: the guard ended the process for its memory. */
export const memorySignal = 'SIGUSR2';

/** Where the guard and the process meet: whether there is work, and whether the guard must be woken for it. */
const busyAt = 0;
const asleepAt = 1;

/**
 * Starts the guard. It ends the process by `SIGUSR2` when its resident memory passes the limit, looked at every 10 ms
 * while busy, and for 100 ms after; the peak counts, so that nothing that was between two looks is missed. It also looks
 * after the parent: when that is gone, a child that is stuck in native code cannot see its input end, so the guard ends
 * it within a second.
 */
export function startGuard(hardMemoryMb: number): Guard {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(`(${watch.toString()})(require('node:worker_threads').workerData)`, {
    eval: true,
    workerData: { shared, busyAt, asleepAt, hardMemoryMb, parent: process.ppid, signal: memorySignal },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  return {
    busy: () => {
      Atomics.store(shared, busyAt, 1);
      // To wake a thread takes longer than many a step, so the guard stays awake between steps that follow each other.
      if (Atomics.load(shared, asleepAt) === 1) Atomics.notify(shared, busyAt);
    },
    idle: () => {
      Atomics.store(shared, busyAt, 0);
    },
  };
}

interface Watched {
  readonly shared: Int32Array;
  readonly busyAt: number;
  readonly asleepAt: number;
  readonly hardMemoryMb: number;
  readonly parent: number;
  readonly signal: string;
}

/** Runs in the guard's thread, from its own source text: it closes over nothing. */
function watch({ shared, busyAt, asleepAt, hardMemoryMb, parent, signal }: Watched): void {
  // Nobody notifies this one: to wait for it is to sleep.
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let [ticks, idleTicks] = [0, 0]; ; ticks++) {
    idleTicks = Atomics.load(shared, busyAt) === 1 ? 0 : idleTicks + 1;
    const asleep = idleTicks > 10;
    if (asleep) {
      Atomics.store(shared, asleepAt, 1);
      // Work that came before the line above woke nobody, but then this does not wait.
      if (Atomics.wait(shared, busyAt, 0, 1000) !== 'timed-out') idleTicks = 0;
      Atomics.store(shared, asleepAt, 0);
    } else {
      Atomics.wait(clock, 0, 0, 10);
    }
    if ((asleep || ticks % 50 === 0) && process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
    // In KB. Unlike the size of now it needs no /proc.
    if (process.resourceUsage().maxRSS > hardMemoryMb * 1024) process.kill(process.pid, signal);
  }
}
