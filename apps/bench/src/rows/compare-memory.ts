import type { Side, SideMemory } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import { verdictOf } from '../statistics/verdict.js';
import type { RowContext } from './row-context.js';

/**
 * Peak resident memory of our process over that of a peer's, which on the processor may be at most 1; and what is to be
 * known of the peer's.
 */
export async function compareMemory(
  { title, against }: { readonly title: string; readonly against: string },
  ours: Side,
  peer: Side,
  { device }: Pick<RowContext, 'device'>,
): Promise<{ readonly comparison: Comparison; readonly notes: readonly string[] }> {
  const own = await ours.ask<SideMemory>('memory');
  const its = await peer.ask<SideMemory & { readonly cudaLibraryBytes: number }>('memory');
  const mean = own.peakBytes / its.peakBytes;
  const ratio = { mean, low: mean, high: mean };
  const bar = device === 'cpu' ? ({ rule: 'at most', value: 1 } as const) : null;
  const comparison: Comparison = {
    title: `${title}: peak memory`,
    against,
    unit: 'MB',
    ours: own.peakBytes / 1e6,
    peer: its.peakBytes / 1e6,
    ratio,
    bar,
    verdict: bar === null ? null : verdictOf(ratio, bar),
    samples: 1,
    othersLoad: null,
  };
  const { cudaLibraryBytes: libraries } = its;
  const note = `taken off the peak memory of ${peer.name}: ${Math.round(libraries / 1e6)} MB of unused CUDA libraries`;
  return { comparison, notes: libraries === 0 ? [] : [note] };
}
