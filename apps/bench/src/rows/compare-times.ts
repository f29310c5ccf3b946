import type { Alternated } from '../measure/alternate.js';
import type { Comparison } from '../result.js';
import { median } from '../statistics/median.js';
import { pairedRatio } from '../statistics/paired-ratio.js';
import { type Bar, verdictOf } from '../statistics/verdict.js';

export interface TimeComparison {
  readonly title: string;
  readonly against: string;
  /** Index of the peer among the sides; ours is the first. */
  readonly peer: number;
  readonly bar: Bar | null;
  /** With it, speeds are compared in tokens per second of so many tokens, ours over the peer's; else times. */
  readonly tokens?: number;
}

/** Ours against one peer over samples that were taken in turn. */
export function compareTimes(measured: Alternated, comparison: TimeComparison): Comparison {
  const { title, against, peer, bar, tokens } = comparison;
  const ours = measured.seconds[0] as readonly number[];
  const theirs = measured.seconds[peer] as readonly number[];
  const ratio = tokens === undefined ? pairedRatio(ours, theirs) : pairedRatio(theirs, ours);
  const shown = (seconds: readonly number[]): number =>
    tokens === undefined ? 1000 * median(seconds) : tokens / median(seconds);
  return {
    title,
    against,
    unit: tokens === undefined ? 'ms' : 'tokens/s',
    ours: shown(ours),
    peer: shown(theirs),
    ratio,
    bar,
    verdict: bar === null ? null : verdictOf(ratio, bar),
    samples: ours.length,
    othersLoad: measured.othersLoad,
  };
}

/** In the place of a comparison with a peer that could not be had: it decides nothing. */
export function notCompared({ title, against, bar }: Omit<TimeComparison, 'peer' | 'tokens'>): Comparison {
  return {
    title,
    against,
    unit: 'ms',
    ours: null,
    peer: null,
    ratio: { mean: Number.NaN, low: Number.NaN, high: Number.NaN },
    bar,
    verdict: bar === null ? null : 'undecided',
    samples: 0,
    othersLoad: null,
  };
}
