import type { TokenSets } from './float64-ops.js';
import type { PolicyBatch } from './policy-batch.js';

/**
 * Numbers the sequences and turns of the tokens at `places` from 0, so that equal numbers are one set; a turn is told
 * apart by its sequence too. What is not given is left out.
 */
export function tokenSets(
  { sequences, turns }: { readonly sequences?: ArrayLike<number>; readonly turns?: ArrayLike<number> },
  places: readonly number[],
): TokenSets {
  if (sequences === undefined) return {};
  const sequence = numbered(places.map((at) => `${sequences[at]}`));
  if (turns === undefined) return { sequence };
  return { sequence, turn: numbered(places.map((at) => `${sequences[at]} ${turns[at]}`)) };
}

function numbered(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(names, (name) => {
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name) as number;
  });
}

/**
 * The `sequences` and `turns` of a packed batch, for `evaluateLoss`.
 *
 * @returns `[sequences, tokens]` each: the row, and the index of the turn (-1 off the action mask).
 * @example evaluateLoss(gspoLoss(), { ...inputs, ...sequencesAndTurns(batch) });
 */
export function sequencesAndTurns({ sequences, tokens, turnIndices }: PolicyBatch): {
  readonly sequences: Int32Array;
  readonly turns: Int32Array;
} {
  const rows = Int32Array.from({ length: sequences * tokens }, (_, at) => Math.floor(at / tokens));
  return { sequences: rows, turns: turnIndices };
}
