/** How a benchmark ends; 3 is the set-up's, before a benchmark begins. */
export const exitCodes = {
  /** All bars hold, or there is nothing to hold (no GPU). */
  ok: 0,
  /** A bar is missed, or the two sides did not do the same work. */
  missed: 1,
  usage: 2,
  /** Nothing is missed, and something is undecided or could not be run. */
  undecided: 4,
} as const;
