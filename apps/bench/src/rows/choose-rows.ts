import type { Row } from './row-context.js';

/**
 * The rows that `--only` names, in their own order: by id, or by the beginning of ids up to a dash (`sample`,
 * `sample-d128`). All of them without a name.
 *
 * @throws RangeError that lists the ids for a name that no row has.
 */
export function chooseRows(rows: readonly Row[], names: readonly string[]): readonly Row[] {
  if (names.length === 0) return rows;
  const isNamed = (id: string, name: string): boolean => id === name || id.startsWith(`${name}-`);
  const unknown = names.find((name) => !rows.some(({ id }) => isNamed(id, name)));
  if (unknown !== undefined) {
    throw new RangeError(`--only: one of ${rows.map(({ id }) => id).join(', ')}, or their beginning, got "${unknown}"`);
  }
  return rows.filter(({ id }) => names.some((name) => isNamed(id, name)));
}
