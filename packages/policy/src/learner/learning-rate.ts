/** How the learning rate falls after the warm-up. `final` is the share of it that is left in the end, by default 0. */
export type LearningRateSchedule =
  | { readonly kind: 'constant' }
  /** Falls on a line, or on half a cosine, until `steps` optimizer steps, the warm-up among them, were taken. */
  | { readonly kind: 'linear' | 'cosine'; readonly steps: number; readonly final?: number };

/**
 * The learning rate of an optimizer step; `step` counts from 0.
 *
 * While `step < warmupSteps` it rises on a line, `base * (step + 1) / (warmupSteps + 1)`. From then on, with
 * `p = min(1, (step - warmupSteps) / (steps - warmupSteps))`:
 *
 * - `constant`: `base`
 * - `linear`: `base * (1 - (1 - final) p)`
 * - `cosine`: `base * (final + (1 - final) (1 + cos(pi p)) / 2)` (Loshchilov and Hutter, "SGDR", 2017, equation 5)
 *
 * It depends on the step alone, so a resumed run goes on where it stood.
 */
export function learningRate(base: number, warmupSteps: number, schedule: LearningRateSchedule, step: number): number {
  return base * (step < warmupSteps ? (step + 1) / (warmupSteps + 1) : shareAt(schedule, warmupSteps, step));
}

function shareAt(schedule: LearningRateSchedule, warmupSteps: number, step: number): number {
  if (schedule.kind === 'constant') return 1;
  const { kind, steps, final = 0 } = schedule;
  const progress = Math.min(1, (step - warmupSteps) / (steps - warmupSteps));
  switch (kind) {
    case 'linear':
      return 1 - (1 - final) * progress;
    case 'cosine':
      return final + ((1 - final) * (1 + Math.cos(Math.PI * progress))) / 2;
  }
}

/** Throws a `RangeError` that names the field of a schedule that breaks its rule. */
export function checkSchedule(schedule: LearningRateSchedule, warmupSteps: number): void {
  if (!['constant', 'linear', 'cosine'].includes(schedule.kind)) {
    throw new RangeError(`schedule.kind: constant, linear or cosine, got ${schedule.kind}`);
  }
  if (schedule.kind === 'constant') return;
  const { steps, final = 0 } = schedule;
  if (!(Number.isInteger(steps) && steps > warmupSteps)) {
    throw new RangeError(`schedule.steps: an integer above warmupSteps (${warmupSteps}), got ${steps}`);
  }
  if (!(final >= 0 && final <= 1)) throw new RangeError(`schedule.final: in [0, 1], got ${final}`);
}
