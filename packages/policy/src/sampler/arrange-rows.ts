import type { Sequence } from './sequence.js';

/** All rows, and halves of them down to 8, as long as the shards divide them. */
export function sizesOf(rows: number, shards: number): number[] {
  const sizes = [rows];
  for (let half = rows / 2; half >= 8 && half % shards === 0; half /= 2) sizes.push(half);
  return sizes;
}

/** Which row each of `size` rows goes on with: those in use keep their place if they can, `null` is a free one. */
export function arrange(rows: readonly (Sequence | null)[], size: number): (number | null)[] {
  if (size >= rows.length) return Array.from({ length: size }, (_, row) => (rows[row] == null ? null : row));
  const used = rows.flatMap((sequence, row) => (sequence === null ? [] : [row]));
  return Array.from({ length: size }, (_, row) => used[row] ?? null);
}
