import type { Peers } from '../peers/set-up-peers.js';
import type { Ready } from '../protocol/side.js';
import type { Comparison } from '../result.js';

/** What a row is measured with. */
export interface RowContext {
  readonly peers: Peers;
  /** More samples and more steps. */
  readonly full: boolean;
  readonly device: 'cpu' | 'cuda';
  /** Says what is being done. */
  readonly report: (line: string) => void;
}

/** What a row gives. */
export interface Measured {
  readonly comparisons: readonly Comparison[];
  readonly sides: readonly (Ready & { readonly name: string })[];
  readonly notes: readonly string[];
}

/** A row of the benchmark: what it is called, what it measures. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** Whether it can be measured without the peers. */
  readonly alone?: boolean;
  measure(context: RowContext): Promise<Measured>;
}

/** Thrown when a row cannot be measured for a reason that is nobody's fault. */
export class NotRun extends Error {}
