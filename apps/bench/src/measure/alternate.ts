import { busySeconds, othersLoad } from './others-load.js';

/** What can be asked for samples. */
export interface Sampled {
  ask<T>(action: string, parameters?: Readonly<Record<string, unknown>>, seconds?: number): Promise<T>;
}

export interface AlternateOptions {
  /** Rounds go on until so many seconds have passed, ... */
  readonly seconds: number;
  /** ... but there are at least so many, ... */
  readonly least: number;
  /** ... and at most so many. */
  readonly most: number;
}

export interface Alternated {
  /** `[sides][rounds]`, seconds of one unit of work. */
  readonly seconds: readonly (readonly number[])[];
  /** Cores that other processes kept busy meanwhile. */
  readonly othersLoad: number;
}

interface Reply {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** A sample lasts about so long, so that clocks and the odd hiccup do not matter. */
const SAMPLE_SECONDS = 0.4;

/**
 * Takes samples of all sides in turn: one computes, the others wait. Each round begins with another side. A first
 * sample of each tells how often its work is repeated within one sample, and is not counted.
 */
export async function alternate(
  sides: readonly Sampled[],
  { seconds, least, most }: AlternateOptions,
  now: () => number = () => performance.now() / 1000,
): Promise<Alternated> {
  const repeats: number[] = [];
  for (const side of sides) {
    const { seconds: once } = await side.ask<Reply>('sample', { repeats: 1 });
    repeats.push(Math.min(50, Math.max(1, Math.round(SAMPLE_SECONDS / once))));
  }
  const samples: number[][] = sides.map(() => []);
  const spans: { seconds: number; busySeconds: number; ownSeconds: number }[] = [];
  const start = now();
  for (let round = 0; round < most && (round < least || now() - start < seconds); round++) {
    for (let i = 0; i < sides.length; i++) {
      const at = (round + i) % sides.length;
      const [begin, busy] = [now(), busySeconds()];
      const reply = await (sides[at] as Sampled).ask<Reply>('sample', { repeats: repeats[at] });
      spans.push({ seconds: now() - begin, busySeconds: busySeconds() - busy, ownSeconds: reply.cpuSeconds });
      (samples[at] as number[]).push(reply.seconds);
    }
  }
  return { seconds: samples, othersLoad: othersLoad(spans) };
}
