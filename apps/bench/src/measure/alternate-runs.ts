import { busySeconds, othersLoad } from './others-load.js';

/** What a whole run says of itself besides what is measured. */
export interface RunReport {
  /** Processor time of its process, from its start. */
  readonly cpuSeconds: number;
}

export interface AlternatedRuns<T> {
  /** `[sides][rounds]` */
  readonly reports: readonly (readonly T[])[];
  /** Cores that other processes kept busy meanwhile. */
  readonly othersLoad: number;
}

/**
 * Runs programs from beginning to end in turn, for what happens only once in a process; each round begins with another
 * one. Rounds go on until `seconds` have passed, but there are at least `least` and at most `most`.
 *
 * @param run runs the program of a side, which alone is alive meanwhile
 */
export async function alternateRuns<T extends RunReport>(
  run: (side: number) => Promise<T>,
  { sides, seconds, least, most }: { sides: number; seconds: number; least: number; most: number },
  now: () => number = () => performance.now() / 1000,
): Promise<AlternatedRuns<T>> {
  const reports: T[][] = Array.from({ length: sides }, () => []);
  const spans: { seconds: number; busySeconds: number; ownSeconds: number }[] = [];
  const start = now();
  for (let round = 0; round < most && (round < least || now() - start < seconds); round++) {
    for (let i = 0; i < sides; i++) {
      const side = (round + i) % sides;
      const [begin, busy] = [now(), busySeconds()];
      const report = await run(side);
      spans.push({ seconds: now() - begin, busySeconds: busySeconds() - busy, ownSeconds: report.cpuSeconds });
      (reports[side] as T[]).push(report);
    }
  }
  return { reports, othersLoad: othersLoad(spans) };
}
