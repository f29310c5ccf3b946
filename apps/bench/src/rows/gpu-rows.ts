import { gpuLearningRow } from './gpu-learning-row.js';
import { gpuSameWorkRow } from './gpu-same-work-row.js';
import { grpoRow } from './grpo-row.js';
import type { Row } from './row-context.js';
import { samplingRow } from './sampling-row.js';
import { trainingRow } from './training-row.js';

/** The rows of `bench gpu`. What has no bar is shown: there were no figures to set one by. Never run on a GPU. */
export const GPU_ROWS: readonly Row[] = [
  gpuSameWorkRow(),
  gpuLearningRow(),
  trainingRow('d128', null),
  trainingRow('d512', null),
  samplingRow('d128', 32, null),
  samplingRow('d512', 32, null),
  grpoRow(null),
];
