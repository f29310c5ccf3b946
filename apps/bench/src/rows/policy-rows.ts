import { costRow } from './cost-row.js';
import { flatRow } from './flat-row.js';
import { grpoRow } from './grpo-row.js';
import type { Row } from './row-context.js';
import { sameWorkRow } from './same-work-row.js';
import { samplingRow } from './sampling-row.js';
import { trainingRow } from './training-row.js';

/** The rows of `bench policy` with their bars, in the order in which they run. */
export const POLICY_ROWS: readonly Row[] = [
  sameWorkRow('d128'),
  sameWorkRow('d256'),
  sameWorkRow('d512'),
  trainingRow('d128', { rule: 'at most', value: 0.5 }),
  trainingRow('d256', { rule: 'at most', value: 0.5 }),
  trainingRow('d512', { rule: 'at most', value: 0.55 }),
  samplingRow('d128', 1, 5),
  samplingRow('d128', 32, 5),
  samplingRow('d128', 256, 2.5),
  samplingRow('d256', 1, 3),
  samplingRow('d256', 32, 1.8),
  samplingRow('d512', 1, 1.7),
  samplingRow('d512', 32, 2.5),
  grpoRow({ rule: 'at most', value: 0.3 }),
  flatRow(),
  costRow(),
];
