import type { PolicyBatch } from '@turnwise/gtpo';
import type { ModelConfig } from '../model/model-config.js';

/** Throws a `RangeError` that names the field of a batch that breaks its rule. */
export function checkBatch(batch: PolicyBatch, config: ModelConfig): void {
  const size = batch.sequences * batch.tokens;
  const { tokenIds, actionMask, advantages, behaviourLogprobs, turnIndices } = batch;
  const { referenceLogprobs = { length: size }, rolloutLogprobs = { length: size } } = batch;
  const logprobs = { behaviourLogprobs, referenceLogprobs, rolloutLogprobs };
  const columns = { tokenIds, actionMask, advantages, turnIndices, ...logprobs };
  for (const [name, { length }] of Object.entries(columns)) {
    if (length !== size) throw new RangeError(`${name}: ${batch.sequences} x ${batch.tokens} values, got ${length}`);
  }
  if (batch.sequenceLengths.length !== batch.sequences) {
    throw new RangeError(`sequenceLengths: one per sequence (${batch.sequences}), got ${batch.sequenceLengths.length}`);
  }
  if (!(batch.temperature > 0)) throw new RangeError(`temperature: above 0, got ${batch.temperature}`);
  batch.sequenceLengths.forEach((length, row) => {
    if (length > batch.tokens) {
      throw new RangeError(`sequenceLengths[${row}]: at most the batch's ${batch.tokens} tokens, got ${length}`);
    }
    if (length > config.contextLength) {
      throw new RangeError(
        `sequenceLengths[${row}]: at most ${config.contextLength} tokens, the context of the policy, got ${length}`,
      );
    }
    if (length > 0 && batch.actionMask[row * batch.tokens] === 1) {
      throw new RangeError(`actionMask[${row}, 0]: 0, since nothing stands before the first token, got 1`);
    }
  });
  batch.tokenIds.forEach((id, i) => {
    if (id < 0 || id >= config.vocabularySize) {
      throw new RangeError(`tokenIds[${i}]: in [0, ${config.vocabularySize}), got ${id}`);
    }
  });
}
