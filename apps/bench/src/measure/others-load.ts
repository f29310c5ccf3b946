import { cpus } from 'node:os';

/** Seconds that all cores together have been busy since the machine started. */
export function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/**
 * Cores that others kept busy while samples were taken: what the machine was busy less what the sides used themselves,
 * per second, never below 0. What the driver itself uses counts as others' and is next to nothing.
 *
 * @param spans each with the wall clock, the machine's busy time and the side's own, in seconds.
 */
export function othersLoad(
  spans: readonly { readonly seconds: number; readonly busySeconds: number; readonly ownSeconds: number }[],
): number {
  const sum = (of: (span: (typeof spans)[number]) => number): number =>
    spans.reduce((total, span) => total + of(span), 0);
  const seconds = sum((span) => span.seconds);
  return seconds === 0 ? 0 : Math.max(0, (sum((s) => s.busySeconds) - sum((s) => s.ownSeconds)) / seconds);
}
