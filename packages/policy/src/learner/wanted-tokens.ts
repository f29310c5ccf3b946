import type { TensorFlow } from '@turnwise/accelerator';
import type { PolicyBatch } from '@turnwise/gtpo';
import type { WantedTokens } from '../model/selection.js';
import type { MicroBatch } from './micro-batches.js';

/**
 * The action tokens of a micro-batch, as the tokens whose log-probabilities are wanted; `null` when they are so many
 * that to leave out the others saves nothing.
 *
 * The number of places per row is that of the row with the most action tokens, rounded up to a quarter of the length,
 * because every shape is a graph.
 */
export function wantedTokens(tf: TensorFlow, batch: PolicyBatch, part: MicroBatch): WantedTokens | null {
  const { rows, tokens, rowIndices } = part;
  const actions = rowIndices.map((row) => actionPositions(batch, row, tokens));
  const step = Math.ceil(tokens / 4);
  const most = actions.reduce((max, { length }) => Math.max(max, length), 1);
  const selected = Math.ceil(most / step) * step;
  if (selected >= tokens) return null;
  const positions = new Int32Array(rows * selected).fill(tokens - 1);
  const places = new Int32Array(rows * tokens).fill(-1);
  actions.forEach((at, row) => {
    at.forEach((t, place) => {
      positions[row * selected + place] = t - 1;
      places[row * tokens + t] = place;
    });
  });
  return {
    positions: tf.tensor2d(positions, [rows, selected], 'int32'),
    places: tf.tensor2d(places, [rows, tokens], 'int32'),
  };
}

/** Where the action tokens of a row are. The first token of a row has no log-probability. */
function actionPositions(batch: PolicyBatch, row: number, tokens: number): number[] {
  const mask = batch.actionMask.subarray(row * batch.tokens, row * batch.tokens + Math.min(tokens, batch.tokens));
  return Array.from(mask.keys()).filter((t) => t > 0 && mask[t] === 1);
}
