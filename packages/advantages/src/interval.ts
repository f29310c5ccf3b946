/** A confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @throws RangeError unless 0 < confidence < 1. */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence: must be between 0 and 1, got ${confidence}`);
  }
}
