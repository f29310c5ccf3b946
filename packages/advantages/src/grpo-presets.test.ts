import { describe, expect, it } from 'vitest';
import { batchOf } from '../test/batch-of.js';
import { close } from '../test/close.js';
import { grpo } from './grpo.js';

describe('grpoPresets', () => {
  it.each([
    ['verl', [1.08386, -0.886795, -0.197065], 1],
    ['skyrl', [1.08386, -0.886795, -0.197065], 1],
    ['ragen', [1.08386, -0.886795, -0.197065], 1],
    ['nemoMean', [1.08386, -0.886795, -0.197065], 0],
    ['trl', [1.083649, -0.886622, -0.197027], 0],
    ['rllm', [1.327451, -1.086097, -0.241355], 1],
    ['nemo', [3.33349, -1.468603, -0.212132], 0],
    ['drGrpo', [0.55, -0.45, -0.1], 0],
    ['prime', [0.55, -0.45, -0.1], 0],
    ['tinker', [0.55, -0.45, -0.1], 0],
  ] as const)('grpo.%s has the numbers of its project', (preset, group, alone) => {
    close(grpo[preset]()(batchOf([[[1], [0], [0.35]]])).values, [...group]);
    expect([...grpo[preset]()(batchOf([[[1]]])).values]).toEqual([alone]);
    // An option of one's own goes over the preset's.
    close(grpo[preset]({ std: 'none', baseline: 'mean' })(batchOf([[[1], [0]]])).values, [0.5, -0.5]);
  });
});
