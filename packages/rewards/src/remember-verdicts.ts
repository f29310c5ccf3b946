import type { Task, Trajectory } from '@turnwise/trajectory';
import type { Verdict, Verifier } from './verifier.js';

/**
 * A verifier that judges each trajectory object once and remembers the verdict as long as the object lives. Judge
 * ahead of the reward to measure the verifier's time apart, or to score the same trajectories under several rewards.
 *
 * A failure of the verifier is remembered too: to try again, wrap the verifier anew.
 */
export function rememberVerdicts<T extends Task>(verifier: Verifier<T>): Verifier<T> {
  const verdicts = new WeakMap<Trajectory, Promise<Verdict>>();
  return (task, trajectory, signal) => {
    const known = verdicts.get(trajectory);
    if (known) return known;
    const verdict = verifier(task, trajectory, signal);
    verdicts.set(trajectory, verdict);
    return verdict;
  };
}
