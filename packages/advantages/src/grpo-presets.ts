import type { GrpoOptions } from './grpo.js';

/**
 * What "GRPO advantage" means in other projects, as options of `grpo`; `grpo.trl()` is `grpo(grpoPresets.trl)`. On trajectory rewards 1, 0, .35 of one group:
 *
 * | preset | advantages |
 * |---|---|
 * | `verl`, `skyrl`, `ragen` | 1.083860, -.886795, -.197065 |
 * | `nemoMean` (NeMo-RL without leave-one-out) | the same; differs for a group of one |
 * | `trl` | 1.083649, -.886622, -.197027 |
 * | `rllm` | 1.327451, -1.086097, -.241355 |
 * | `nemo` | 3.333490, -1.468603, -.212132 |
 * | `drGrpo`, `prime`, `tinker` | .55, -.45, -.1 |
 *
 * @example grpo({ ...grpoPresets.trl, gate: 'outcome' });
 */
export const grpoPresets = {
  verl: { std: 'sample', epsilon: 1e-6, singleton: 'reward' },
  skyrl: { std: 'sample', epsilon: 1e-6, singleton: 'reward' },
  ragen: { std: 'sample', epsilon: 1e-6, singleton: 'reward' },
  trl: { std: 'sample', epsilon: 1e-4, singleton: 'zero' },
  rllm: { std: 'population', epsilon: 1e-6, singleton: 'reward' },
  nemo: { std: 'sample', epsilon: 1e-6, baseline: 'leave-one-out', singleton: 'zero' },
  nemoMean: { std: 'sample', epsilon: 1e-6, singleton: 'zero' },
  drGrpo: { std: 'none', singleton: 'zero' },
  prime: { std: 'none', singleton: 'zero' },
  tinker: { std: 'none', singleton: 'zero' },
} as const satisfies Record<string, GrpoOptions>;
