import type { SampleKey } from '@turnwise/trajectory';
import { digest } from './digest.js';

/** The seed of a trajectory's tools, an unsigned 32-bit integer that depends on seed, task and sample only. */
export function sessionSeed({ seed, task, sample }: Pick<SampleKey, 'seed' | 'task' | 'sample'>): number {
  return Number.parseInt(digest(`tools:${seed}:${task}:${sample}`).slice(8), 16);
}
