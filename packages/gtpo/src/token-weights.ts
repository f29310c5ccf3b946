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
 * | `sequence-mean-token-sum-norm` | 1 / (rows of the step * `constant`): Dr. GRPO, with the longest possible answer |
 * | `token-sum-norm` | 1 / `constant` |
 * | `group-mean` | 1 / (groups of the step * action tokens of the row's group in the step) |
 * | `turn-mean` | 1 / (turns of the step * action tokens of the token's turn) |
 *
 * Only rows, groups and turns with an action token count as such. The denominators are those of the whole step, so that any split of its
 * rows into micro-batches or shards adds up to the same loss.
 *
 * @param rows The rows of the step (a minibatch), by default all. Other rows get 0.
 * @returns `[sequences, tokens]`, 0 off the action mask.
 * @throws RangeError for a row that does not exist or occurs twice, an unknown aggregation, or a constant not above 0.
 * @example tokenWeights(batch, { kind: 'token-mean' }, [0, 2, 4]);
 */
export function tokenWeights(batch: PolicyBatch, aggregation: Aggregation, rows?: ArrayLike<number>): Float64Array {
  const { sequences, tokens, actionMask } = batch;
  const step = rows ? checkRows(Array.from(rows), sequences) : Array.from({ length: sequences }, (_, i) => i);
  const places = step.flatMap((row) =>
    Array.from({ length: tokens }, (_, t) => row * tokens + t).filter((at) => actionMask[at] === 1),
  );
  const rowOf = (at: number) => Math.floor(at / tokens);
  const turns =
    aggregation.kind === 'turn-mean' ? batch.turnIndices.reduce((most, turn) => Math.max(most, turn + 1), 0) : 0;
  const weigh = weigher(aggregation, places, {
    row: rowOf,
    group: (at) => batch.groupIndices[rowOf(at)] as number,
    turn: (at) => rowOf(at) * turns + (batch.turnIndices[at] as number),
  });
  const weights = new Float64Array(sequences * tokens);
  for (const at of places) weights[at] = weigh(at);
  return weights;
}

type SetOf = Readonly<Record<'row' | 'group' | 'turn', (at: number) => number>>;

function weigher(aggregation: Aggregation, places: readonly number[], setOf: SetOf): (at: number) => number {
  switch (aggregation.kind) {
    case 'token-mean':
      return () => 1 / places.length;
    case 'sequence-mean-token-mean':
      return meanOfMeans(places, setOf.row);
    case 'group-mean':
      return meanOfMeans(places, setOf.group);
    case 'turn-mean':
      return meanOfMeans(places, setOf.turn);
    case 'sequence-mean-token-sum': {
      const rows = countBy(places, setOf.row).size;
      return () => 1 / rows;
    }
    case 'sequence-mean-token-sum-norm': {
      const denominator = countBy(places, setOf.row).size * checkConstant(aggregation.constant);
      return () => 1 / denominator;
    }
    case 'token-sum-norm':
      checkConstant(aggregation.constant);
      return () => 1 / aggregation.constant;
    default:
      throw new RangeError(`aggregation: must have a known kind, got ${JSON.stringify(aggregation satisfies never)}`);
  }
}

/** The mean over sets of the mean over their tokens. */
function meanOfMeans(places: readonly number[], setOf: (at: number) => number): (at: number) => number {
  const counts = countBy(places, setOf);
  return (at) => 1 / (counts.size * (counts.get(setOf(at)) as number));
}

function countBy(places: readonly number[], setOf: (at: number) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const at of places) counts.set(setOf(at), (counts.get(setOf(at)) ?? 0) + 1);
  return counts;
}

function checkConstant(constant: number): number {
  if (!(constant > 0 && Number.isFinite(constant))) {
    throw new RangeError(`constant: must be finite and above 0, got ${constant}`);
  }
  return constant;
}

function checkRows(rows: readonly number[], sequences: number): readonly number[] {
  const wrong = rows.find((row) => !(Number.isInteger(row) && row >= 0 && row < sequences));
  if (wrong !== undefined) throw new RangeError(`rows: must be from 0 to ${sequences - 1}, got ${wrong}`);
  if (new Set(rows).size !== rows.length) throw new RangeError('rows: must name each row at most once, got one twice');
  return rows;
}
