/**
 * The learning rate of an optimizer step: `base * min(1, (step + 1) / (warmupSteps + 1))`, a linear rise to a constant.
 * `step` counts from 0. With no warm-up it is `base` from the first step.
 */
export function learningRate(base: number, warmupSteps: number, step: number): number {
  return base * Math.min(1, (step + 1) / (warmupSteps + 1));
}
