import { checkSchedule, type LearningRateSchedule } from './learning-rate.js';

/** AdamW with clipping, warm-up and schedule. */
export interface OptimizerOptions {
  /** Default 5e-4, which the embedded policy learns at; 2e-3 made small policies collapse. */
  readonly learningRate?: number;
  /** Optimizer steps of linear rise before the learning rate is reached. Default 0. */
  readonly warmupSteps?: number;
  /** What follows the warm-up. Default `{ kind: 'constant' }`. */
  readonly schedule?: LearningRateSchedule;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.95: policy gradients change fast, and 0.999 remembers a thousand steps of their squares. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled decay, per step times the learning rate. Default 0. */
  readonly weightDecay?: number;
  /** What decays: matrices alone, so that norms and biases are spared, or every weight. Default `matrices`. */
  readonly decayed?: 'matrices' | 'all';
  /** Gradients are scaled down to this global norm. Default 1. */
  readonly maxGradNorm?: number;
}

/** The options with defaults, checked. Throws a `RangeError` that names the option. */
export function optimizerOptions(options: OptimizerOptions = {}): Required<OptimizerOptions> {
  const { learningRate = 5e-4, warmupSteps = 0, beta1 = 0.9, beta2 = 0.95 } = options;
  const { epsilon = 1e-8, weightDecay = 0, maxGradNorm = 1 } = options;
  const numbers = { learningRate, warmupSteps, beta1, beta2, epsilon, weightDecay, maxGradNorm };
  const rules: Readonly<Record<keyof typeof numbers, readonly [(x: number) => boolean, string]>> = {
    learningRate: [(x) => x >= 0 && Number.isFinite(x), 'a finite number of at least 0'],
    warmupSteps: [(x) => Number.isInteger(x) && x >= 0, 'an integer of at least 0'],
    beta1: [(x) => x >= 0 && x < 1, 'in [0, 1)'],
    beta2: [(x) => x >= 0 && x < 1, 'in [0, 1)'],
    epsilon: [(x) => x > 0 && Number.isFinite(x), 'a finite number above 0'],
    weightDecay: [(x) => x >= 0 && Number.isFinite(x), 'a finite number of at least 0'],
    maxGradNorm: [(x) => x > 0, 'a number above 0'],
  };
  for (const [name, [holds, rule]] of Object.entries(rules)) {
    const value = numbers[name as keyof typeof numbers];
    if (!holds(value)) throw new RangeError(`${name}: ${rule}, got ${value}`);
  }
  const { schedule = { kind: 'constant' }, decayed = 'matrices' } = options;
  checkSchedule(schedule, warmupSteps);
  if (!['matrices', 'all'].includes(decayed)) throw new RangeError(`decayed: matrices or all, got ${decayed}`);
  return { ...numbers, schedule, decayed };
}
