import { Worker } from 'node:worker_threads';
import { encodeFrame } from '../frames.js';

/** Watches the time of a step from a thread of its own, which no loop of untrusted code can hold up. */
export interface TimeGuard {
  /** Where Python looks for signals: a 2 raises `KeyboardInterrupt`. */
  readonly interrupts: Uint8Array;
  begin(id: number): void;
  /** `false` when the guard has answered this request itself. */
  end(id: number): boolean;
  /** Whether the time of the last step was up; `late`: and the guard itself had not got its time on this machine. */
  readonly expired: 'no' | 'yes' | 'late';
}

const states = ['no', 'yes', 'late'] as const;

const [runningAt, expiredAt] = [0, 1];
const tickMs = 10;
const lingerMs = 2000;

/**
 * Starts the guard. When `cpuMs` are over it interrupts Python. Code that goes on all the same, in native code or
 * because it catches everything, is left until half of what `wallMs` gives beyond; then the guard answers `timeout` for
 * it and ends the process. Unless the guard itself did not get its time: then the supervisor must judge.
 */
export function startTimeGuard({ cpuMs, wallMs }: { cpuMs: number; wallMs: number }): TimeGuard {
  const shared = new Int32Array(new SharedArrayBuffer(8));
  const interrupts = new Uint8Array(new SharedArrayBuffer(1));
  const outcome = { error: 'timeout', output: '', text: `the time limit is ${cpuMs} ms` };
  const template = encodeFrame({ op: 'result', id: idMark, outcome, cpuMs: 0, rssMb: 0 }).subarray(4).toString('utf8');
  const worker = new Worker(`(${watch.toString()})(require('node:worker_threads').workerData, require('node:fs'))`, {
    eval: true,
    workerData: {
      shared,
      interrupts,
      cpuMs,
      graceMs: (wallMs - cpuMs) / 2,
      tickMs,
      lingerMs,
      runningAt,
      expiredAt,
      template,
      idMark,
    },
    stdout: false,
    stderr: false,
  });
  worker.unref();
  return {
    interrupts,
    begin: (id) => {
      interrupts[0] = 0;
      Atomics.store(shared, expiredAt, 0);
      Atomics.store(shared, runningAt, id);
      Atomics.notify(shared, runningAt);
    },
    end: (id) => {
      const mine = Atomics.compareExchange(shared, runningAt, id, 0) === id;
      Atomics.notify(shared, runningAt);
      interrupts[0] = 0;
      return mine;
    },
    get expired() {
      return states[Atomics.load(shared, expiredAt)] ?? 'no';
    },
  };
}

const idMark = 1_234_567_890;

interface Watched {
  readonly shared: Int32Array;
  readonly interrupts: Uint8Array;
  readonly cpuMs: number;
  readonly graceMs: number;
  readonly tickMs: number;
  readonly lingerMs: number;
  readonly runningAt: number;
  readonly expiredAt: number;
  readonly template: string;
  readonly idMark: number;
}

/** Runs in the guard's thread, from its own source text: it closes over nothing. */
function watch(
  watched: Watched,
  { writeSync }: { writeSync: (fd: number, bytes: Buffer, offset: number) => number },
): void {
  const { shared, interrupts, cpuMs, graceMs, tickMs, lingerMs, runningAt, expiredAt, template, idMark } = watched;
  for (;;) {
    Atomics.wait(shared, runningAt, 0);
    const id = Atomics.load(shared, runningAt);
    if (id === 0) continue;
    const began = performance.now();
    let ticks = 0;
    while (Atomics.load(shared, runningAt) === id && performance.now() - began < cpuMs + graceMs) {
      Atomics.wait(shared, runningAt, id, tickMs);
      ticks++;
      if (performance.now() - began < cpuMs || Atomics.load(shared, runningAt) !== id) continue;
      if (interrupts[0] === 0) Atomics.store(shared, expiredAt, ticks * tickMs * 2 < cpuMs ? 2 : 1);
      interrupts[0] = 2;
    }
    // Ticks that came late say that the machine is too busy to blame the code.
    if (ticks * tickMs * 2 < cpuMs + graceMs) continue;
    if (Atomics.compareExchange(shared, runningAt, id, 0) !== id) continue;
    const json = Buffer.from(template.replace(String(idMark), String(id)));
    const frame = Buffer.alloc(4 + json.length);
    frame.writeUInt32LE(json.length, 0);
    json.copy(frame, 4);
    for (let sent = 0; sent < frame.length; ) {
      try {
        sent += writeSync(1, frame, sent);
      } catch {
        // The reader is busy.
        Atomics.wait(shared, runningAt, 0, 1);
      }
    }
    // The supervisor ends this process; news of its end must not overtake the answer.
    Atomics.wait(shared, runningAt, 0, lingerMs);
    process.kill(process.pid, 'SIGKILL');
  }
}
