import { readFileSync } from 'node:fs';
import { createSandbox } from '@turnwise/sandbox';

export interface SessionsMemory {
  /** What they keep: the heap after a collection, over that of a sandbox without sessions. */
  readonly keptMb: number;
  /** What this process grew to while a step of each of them was under way. */
  readonly peakMb: number;
  readonly stepMs: number;
  /** What one isolate takes of its child; `null` where the system does not tell. */
  readonly isolateMb: number | null;
}

/** What so many open sessions with a step each take of this process, and those that hold an isolate of its child. */
export async function sessionsMemory(count: number): Promise<SessionsMemory> {
  const resident = process.memoryUsage.rss();
  const children = 2;
  const sessionsPerChild = 128;
  const sandbox = await createSandbox({ children, sessionsPerChild });
  await Promise.all(Array.from({ length: 64 }, () => sandbox.run('1 + 1')));
  const emptyMb = residentMb(sandbox.childPids());
  const empty = heapMb();
  const sessions = await Promise.all(Array.from({ length: count }, (_, seed) => sandbox.session({ seed })));
  const startedAt = performance.now();
  const results = await Promise.all(sessions.map((session, place) => session.run(`let mine = ${place}; mine`)));
  const again = await Promise.all(sessions.map((session) => session.run('mine + 1')));
  const stepMs = (performance.now() - startedAt) / (2 * count);
  const wrong = again.findIndex((result, place) => result.status !== 'ok' || result.text !== String(place + 1));
  if (wrong !== -1 || results.some(({ status }) => status !== 'ok')) throw new Error(`session ${wrong}: wrong answer`);
  const peakMb = (process.memoryUsage.rss() - resident) / 2 ** 20;
  results.length = 0;
  again.length = 0;
  const keptMb = heapMb() - empty;
  const fullMb = residentMb(sandbox.childPids());
  await sandbox.close();
  const isolates = Math.min(count, children * sessionsPerChild);
  return { keptMb, peakMb, stepMs, isolateMb: emptyMb && fullMb && (fullMb - emptyMb) / isolates };
}

/** Of this process, after a collection. */
function heapMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Resident memory of the two largest processes: the spare has no part in this. */
function residentMb(pids: readonly number[]): number | null {
  try {
    const sizes = pids.map(
      (pid) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    );
    const [first = 0, second = 0] = sizes.sort((a, b) => b - a);
    return first + second;
  } catch {
    return null;
  }
}
