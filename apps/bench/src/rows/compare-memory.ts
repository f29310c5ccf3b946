import type { Side, SideMemory } from '../protocol/side.js';
import type { Comparison } from '../result.js';
import { verdictOf } from '../statistics/verdict.js';

/** Peak resident memory of our process over that of a peer's, which may be at most 1. */
export async function compareMemory(title: string, against: string, ours: Side, peer: Side): Promise<Comparison> {
  const [own, its] = [await ours.ask<SideMemory>('memory'), await peer.ask<SideMemory>('memory')];
  const mean = own.peakBytes / its.peakBytes;
  const [ratio, bar] = [{ mean, low: mean, high: mean }, { rule: 'at most', value: 1 } as const];
  return {
    title: `${title}: peak memory`,
    against,
    unit: 'MB',
    ours: own.peakBytes / 1e6,
    peer: its.peakBytes / 1e6,
    ratio,
    bar,
    verdict: verdictOf(ratio, bar),
    samples: 1,
    othersLoad: null,
  };
}
