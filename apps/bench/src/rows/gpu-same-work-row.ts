import type { Side } from '../protocol/side.js';
import { batchFile, modelFolder } from '../work/work-files.js';
import { compareDifference, greatestDifference } from './compare-difference.js';
import type { Row } from './row-context.js';
import { ourSide, withSides } from './with-sides.js';

/** The GPU is used, and its log-probabilities are those of the processor to 1e-4. */
export function gpuSameWorkRow(): Row {
  const title = 'log-probabilities of a checkpoint on the GPU, d128';
  return {
    id: 'same',
    title,
    alone: true,
    measure: async (context) => {
      const job = {
        kind: 'logprobs',
        checkpoint: await modelFolder('d128'),
        batch: batchFile('d128', 8, 128),
      } as const;
      const commands = [ourSide(job, context), ourSide({ ...job, backend: 'native' }, context)];
      return withSides(commands, async (sides) => {
        const [gpu, processor] = sides as [Side, Side];
        const values = async (side: Side) => (await side.ask<{ readonly logprobs: number[] }>('logprobs')).logprobs;
        const difference = greatestDifference(await values(gpu), await values(processor));
        const unused = gpu.ready['usesGpu'] === true ? 0 : 1;
        return {
          comparisons: [
            compareDifference('isUsingGpuDevice is not true (1: it is not)', 'the GPU', unused, 0),
            compareDifference(title, 'the processor', difference, 1e-4),
          ],
          sides: sides.map(({ name, ready }) => ({ name, ...ready })),
          notes: [],
        };
      });
    },
  };
}
