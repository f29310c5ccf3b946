import type { PolicyBatch } from './policy-batch.js';
import type { Aggregation } from './policy-loss.js';

/**
 * The weight of every action token in the loss of one optimizer step, `loss = sum over tokens of w_t * loss_t`:
 *
 * | aggregation | `w_t` of a token of row `i` |
 * |---|---|
 * | `token-mean` | 1 / action tokens of the step |
 * | `sequence-mean-token-mean` | 1 / (rows of the step * action tokens of row `i`) |
 * | `sequence-mean-token-sum` | 1 / rows of the step |
 *
 * Only rows with an action token count as rows. The denominators are those of the whole step, so that any split of its
 * rows into micro-batches or shards adds up to the same loss.
 *
 * @param rows The rows of the step (a minibatch), by default all. Other rows get 0.
 * @returns `[sequences, tokens]`, 0 off the action mask.
 * @throws RangeError for a row that does not exist or occurs twice, or an unknown aggregation.
 * @example tokenWeights(batch, { kind: 'token-mean' }, [0, 2, 4]);
 */
export function tokenWeights(batch: PolicyBatch, aggregation: Aggregation, rows?: ArrayLike<number>): Float64Array {
  const { sequences, tokens, actionMask } = batch;
  const step = rows ? checkRows(Array.from(rows), sequences) : Array.from({ length: sequences }, (_, i) => i);
  const counts = step.map((row) =>
    actionMask.subarray(row * tokens, (row + 1) * tokens).reduce((sum, on) => sum + on, 0),
  );
  const totals = {
    tokens: counts.reduce((sum, count) => sum + count, 0),
    rows: counts.filter((count) => count > 0).length,
  };
  const weights = new Float64Array(sequences * tokens);
  step.forEach((row, k) => {
    const weight = weightOf(aggregation, totals, counts[k] as number);
    for (let at = row * tokens; at < (row + 1) * tokens; at++) if (actionMask[at] === 1) weights[at] = weight;
  });
  return weights;
}

function weightOf(aggregation: Aggregation, totals: { tokens: number; rows: number }, own: number): number {
  switch (aggregation.kind) {
    case 'token-mean':
      return 1 / totals.tokens;
    case 'sequence-mean-token-mean':
      return 1 / (totals.rows * own);
    case 'sequence-mean-token-sum':
      return 1 / totals.rows;
    default:
      throw new RangeError(`aggregation: must have a known kind, got ${JSON.stringify(aggregation satisfies never)}`);
  }
}

function checkRows(rows: readonly number[], sequences: number): readonly number[] {
  const wrong = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < sequences));
  if (wrong !== undefined) throw new RangeError(`rows: must be from 0 to ${sequences - 1}, got ${wrong}`);
  if (new Set(rows).size !== rows.length) throw new RangeError('rows: must name each row at most once, got one twice');
  return rows;
}
