import type { Interval } from '@turnwise/advantages';
import type { Ready } from './protocol/side.js';
import type { Bar, Verdict } from './statistics/verdict.js';

export type Unit = 'ms' | 'tokens/s' | 'calls/s' | 'MB' | 'difference' | 'tensors' | 'accuracy';

/** One comparison of a row, held to its bar. */
export interface Comparison {
  /** What is compared: `GTPO step, d128, 32 x 128 tokens`. */
  readonly title: string;
  /** Whom with: `PyTorch eager`. */
  readonly against: string;
  readonly unit: Unit;
  /** Medians over the samples; `null` where a side has none. */
  readonly ours: number | null;
  readonly peer: number | null;
  /** What the bar speaks of, with its 95 % interval (equal bounds where there is one measurement). */
  readonly ratio: Interval & { readonly mean: number };
  /** `null`: shown, not judged. */
  readonly bar: Bar | null;
  readonly verdict: Verdict | null;
  readonly samples: number;
  /** Cores that other processes kept busy meanwhile; `null` where time plays no part. */
  readonly othersLoad: number | null;
}

/** What came of a row. */
export type RowResult =
  | {
      readonly status: 'run';
      readonly id: string;
      readonly comparisons: readonly Comparison[];
      /** What each side called, with which versions and threads. */
      readonly sides: readonly (Ready & { readonly name: string })[];
      /** Lines about the row: compile times, how the cache was chosen. */
      readonly notes: readonly string[];
      readonly seconds: number;
      readonly at: string;
    }
  | { readonly status: 'not run'; readonly id: string; readonly reason: string };
