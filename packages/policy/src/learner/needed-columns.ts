import type { PolicyBatch, PolicyLoss } from '@turnwise/gtpo';

/**
 * The columns of the batch that only some losses read, by the name of their tensor.
 *
 * @throws RangeError when the batch lacks one that the loss needs.
 */
export function neededColumns(batch: PolicyBatch, loss: PolicyLoss): [string, Float32Array | Int32Array][] {
  return (loss.needs ?? []).map((need) => {
    switch (need) {
      case 'turns':
        return ['turnIndices', batch.turnIndices];
      case 'rolloutLogprobs':
        if (batch.rolloutLogprobs === undefined) {
          throw new RangeError(`rolloutLogprobs: the batch must hold them for the loss "${loss.name}", got none`);
        }
        return ['rolloutLogprobs', batch.rolloutLogprobs];
      default:
        throw new RangeError(`needs: must be known to the learner, got ${need satisfies never}`);
    }
  });
}
