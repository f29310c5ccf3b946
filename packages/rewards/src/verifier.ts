import type { Task, Trajectory } from '@turnwise/trajectory';

/**
 * What a verifier found. A verifier that fails itself (its sandbox died, its endpoint was away) says so: that is never
 * the model's mistake, so the trajectory leaves its group instead of being scored 0.
 */
export type Verdict =
  | { readonly status: 'correct' }
  | { readonly status: 'incorrect' }
  | { readonly status: 'infrastructure-failure'; readonly message: string };

/** Judges the final answer of a trajectory. It throws only for a mistake of ours, such as a malformed task. */
export type Verifier<T extends Task = Task> = (
  task: T,
  trajectory: Trajectory,
  signal?: AbortSignal,
) => Promise<Verdict>;
