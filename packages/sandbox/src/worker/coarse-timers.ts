import { writeFileSync } from 'node:fs';

/** How much later a timer of this process may fire, so that one wake-up serves many. */
const slackMs = 2;

/**
 * Lets the timers of this process, and of threads that it starts later, fire up to 2 ms late, where the system can.
 *
 * isolated-vm sets a timer for every entry and never takes one back: its thread wakes up for each, a second after the
 * entry is over, and pushes aside whatever runs. With 2 ms of slack it wakes up 500 times in a second, not 40,000 times.
 */
export function coarseTimers(): void {
  try {
    writeFileSync('/proc/self/timerslack_ns', String(slackMs * 1e6));
  } catch {
    // No Linux, or a jail without /proc: only slower.
  }
}
