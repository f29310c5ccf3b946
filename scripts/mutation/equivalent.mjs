/**
 * Mutants of Stryker that no test can kill, because the program means the same, each with the reason. `from` is what
 * stands in the source with its white space folded, `to` what Stryker makes of it, `at` the line where it stands, if the
 * same change elsewhere in the file means something.
 *
 * @typedef {{ package: 'advantages' | 'gtpo', file: string, from: string, to: string, at?: string, reason: string }} Equivalent
 */

/** @type {readonly Equivalent[]} */
export const EQUIVALENT = [
  ...ofGtpo('cispo-loss', [["'behaviour'", '""', "only 'rollout' is asked for"]]),
  ...ofGtpo('float64-ops', [
    ['i < length', 'i <= length', 'a typed array drops what is written behind its end'],
    ['i < target.length', 'i <= target.length', 'a typed array drops what is written behind its end'],
    ["'mean'", '""', "only 'sum' is asked for"],
    ['count === 0', 'false', 'the scale of a set without members is never read'],
  ]),
  ...ofGtpo('kl-to-reference', [
    ['gradient === value', 'false', 'value and derivative come out the same, by a longer way'],
  ]),
  ...ofGtpo('token-weights', [
    [
      'rowOf(at) * turns + (batch.turnIndices[at] as number)',
      'rowOf(at) * turns - (batch.turnIndices[at] as number)',
      'any numbering that tells the turns apart will do',
    ],
  ]),
];

/**
 * @param {string} file
 * @param {readonly (readonly [string, string, string])[]} entries from, to, reason
 * @returns {Equivalent[]}
 */
function ofGtpo(file, entries) {
  return entries.map(([from, to, reason]) => ({ package: 'gtpo', file: `${file}.ts`, from, to, reason }));
}
