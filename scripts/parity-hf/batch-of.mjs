/**
 * The rows of a checkpoint's expectations as a batch in which every token but the first is an action, with the
 * coefficients as advantages.
 *
 * @param {import('./expected.mjs').Expected} expected
 */
export function batchOf({ inputIds, coefficients }) {
  const tokens = Math.max(...inputIds.map((row) => row.length));
  const size = inputIds.length * tokens;
  const batch = {
    sequences: inputIds.length,
    tokens,
    tokenIds: new Int32Array(size),
    sequenceLengths: Int32Array.from(inputIds, (row) => row.length),
    actionMask: new Uint8Array(size),
    advantages: new Float32Array(size),
    behaviourLogprobs: new Float32Array(size),
    turnIndices: new Int32Array(size).fill(-1),
    groupIndices: new Int32Array(inputIds.length),
    temperature: 1,
  };
  inputIds.forEach((row, i) => {
    batch.tokenIds.set(row, i * tokens);
    for (let t = 1; t < row.length; t++) {
      batch.actionMask[i * tokens + t] = 1;
      batch.advantages[i * tokens + t] = coefficients[i]?.[t - 1] ?? 0;
      batch.turnIndices[i * tokens + t] = 0;
    }
  });
  return batch;
}

/** `-mean(c * logprob)` over action tokens, with the advantages as `c`. */
export const linearLoss = {
  name: 'linear',
  aggregation: { kind: /** @type {const} */ ('token-mean') },
  /** @type {import('../../packages/gtpo/dist/index.js').PolicyLoss['terms']} */
  terms: (ops, { policyLogprobs, advantages }) => ({ loss: ops.neg(ops.mul(advantages, policyLogprobs)), metrics: {} }),
};
