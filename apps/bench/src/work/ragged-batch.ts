import type { PolicyBatch } from '@turnwise/gtpo';

/** A batch as JSON that both sides read; per token, row-major `[sequences, tokens]`. */
export type BatchFile = {
  readonly [K in Exclude<keyof PolicyBatch, 'referenceLogprobs' | 'rolloutLogprobs'>]: PolicyBatch[K] extends number
    ? number
    : number[];
};

/**
 * A batch as training sees it: a prompt, an action, an observation and an action per row, of lengths that differ from
 * row to row. Rows end within the last quarter of `tokens`, so that padding to `tokens` is the same for both sides.
 * Behaviour log-probabilities lie around those of a uniform policy, so that some ratios are clipped.
 */
export function raggedBatch(sequences: number, tokens: number, vocabulary: number): BatchFile {
  const size = sequences * tokens;
  const zeros = (): number[] => new Array<number>(size).fill(0);
  const batch = {
    sequences,
    tokens,
    tokenIds: zeros(),
    sequenceLengths: Array.from({ length: sequences }, (_, row) => tokens - ((row * 7) % Math.ceil(tokens / 4))),
    actionMask: zeros(),
    advantages: zeros(),
    behaviourLogprobs: zeros(),
    turnIndices: new Array<number>(size).fill(-1),
    groupIndices: Array.from({ length: sequences }, (_, row) => Math.floor(row / 8)),
    temperature: 1,
  };
  batch.sequenceLengths.forEach((length, row) => {
    const prompt = 8 + (row % 16);
    const middle = prompt + Math.floor((length - prompt) / 2);
    for (let t = 0; t < length; t++) {
      const at = row * tokens + t;
      batch.tokenIds[at] = 1 + ((at * 31 + row * 17 + ((t * t) % 13)) % (vocabulary - 1));
      if (t < prompt || (t >= middle && t < middle + 6)) continue;
      const turn = t < middle ? 0 : 1;
      batch.actionMask[at] = 1;
      batch.turnIndices[at] = turn;
      batch.advantages[at] = Math.sin(1 + 3 * row + 2 * turn);
      batch.behaviourLogprobs[at] = -Math.log(vocabulary) + 0.3 * Math.sin(at);
    }
  });
  return batch;
}

/** The same as the learner wants it. */
export function policyBatchOf(file: BatchFile): PolicyBatch {
  return {
    ...file,
    tokenIds: Int32Array.from(file.tokenIds),
    sequenceLengths: Int32Array.from(file.sequenceLengths),
    actionMask: Uint8Array.from(file.actionMask),
    advantages: Float32Array.from(file.advantages),
    behaviourLogprobs: Float32Array.from(file.behaviourLogprobs),
    turnIndices: Int32Array.from(file.turnIndices),
    groupIndices: Int32Array.from(file.groupIndices),
  };
}
