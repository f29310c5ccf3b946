/**
 * Mutants of Stryker that no test can kill, because the program means the same, each with the reason. `from` is what
 * stands in the source with its white space folded, `to` what Stryker makes of it, `at` the line where it stands, if the
 * same change elsewhere in the file means something.
 *
 * @typedef {{ package: 'advantages' | 'gtpo', file: string, from: string, to: string, at?: string, reason: string }} Equivalent
 * @typedef {readonly [from: string, to: string, reason: string, at?: string]} Entry
 */

const BEHIND = 'behind the last row there is nothing: its offsets are missing, and nothing is written';
const DROPPED = 'a typed array drops what is written behind its end';
const ROUNDING = 'differs only where a number is exactly at the border of what counts as rounding';

/** @type {readonly Equivalent[]} */
export const EQUIVALENT = [
  ...of('advantages', 'advantage-rows', [['i < trajectories', 'i <= trajectories', BEHIND]]),
  ...of('advantages', 'bi-level-gae', pastTheRows('i', 'trajectorySplits')),
  ...of('advantages', 'credit', [
    ['splits.length - 1', 'splits.length + 1', 'the search never settles on a missing offset'],
  ]),
  ...of('advantages', 'discounted-returns', pastTheRows('i', 'trajectorySplits')),
  ...of('advantages', 'drop-void-turns', [['i < included.length', 'i <= included.length', BEHIND]]),
  ...of('advantages', 'effective-sample-size', [['sum += share', 'sum -= share', 'the sum is squared']]),
  ...of('advantages', 'group-filters', [
    ['g + 1 < groupSplits.length', 'g + 1 <= groupSplits.length', BEHIND],
    ['groupSplits.length - 1', 'groupSplits.length + 1', 'groups without a member count nowhere'],
    [
      '(batch.outcomes[i] as number) >= 1',
      'batch.outcomes[i] as number < 1',
      'some are right and some are wrong exactly if some are wrong and some are right',
    ],
  ]),
  ...of('advantages', 'group-fractions', [['g + 1 < groupSplits.length', 'g + 1 <= groupSplits.length', BEHIND]]),
  ...of('advantages', 'grpo', [['s + 1 < sets.length', 's + 1 <= sets.length', BEHIND]]),
  ...of('advantages', 'gtpo', [
    ["'population'", '""', "anything that is neither 'sample' nor 'none' is divided alike"],
  ]),
  ...of('advantages', 'leave-one-out', [
    ['n < 2', 'false', 'one value has a sum of squares of 0, and counts as equal for it'],
    ['squares <= n * (EQUAL * size) ** 2', 'squares < n * (EQUAL * size) ** 2', ROUNDING],
    ['spread <= EQUAL * squares', 'spread < EQUAL * squares', ROUNDING],
  ]),
  ...of('advantages', 'maxrl', [
    ['g + 1 < groupSplits.length', 'g + 1 <= groupSplits.length', BEHIND],
    ['i < to', 'i <= to', 'what follows is still 0, and passed over'],
  ]),
  ...of('advantages', 'normal-quantile', [
    ['i < 80', 'i <= 80', 'the interval is as narrow as float64 allows before that'],
    [
      'normalDistribution(middle) < probability',
      'normalDistribution(middle) <= probability',
      'the other half ends at the same number',
    ],
    ['1e-17 * Math.abs(sum)', '1e-17 / Math.abs(sum)', 'more terms than are needed change nothing'],
  ]),
  ...of('advantages', 'sign-test', [
    [
      'i < differences.length',
      'i <= differences.length',
      'what is missing behind the end is neither above nor below 0',
    ],
  ]),
  ...of('advantages', 'standardize', [
    ['value < low', 'value <= low', 'an equal number is no lower'],
    ['value > high', 'value >= high', 'an equal number is no higher'],
    ['Math.max(Math.abs(low), Math.abs(high))', 'Math.min(Math.abs(low), Math.abs(high))', ROUNDING],
  ]),
  ...of('advantages', 'standardize-sets', [
    ['s + 1 < splits.length', 's + 1 <= splits.length', BEHIND],
    ['s < count', 's <= count', DROPPED],
  ]),
  ...of('advantages', 'standardize-turns', [['s + 1 < bounds.length', 's + 1 <= bounds.length', BEHIND]]),
  ...of('advantages', 'statistic-sets', [['g + 1 < groupSplits.length', 'g + 1 <= groupSplits.length', BEHIND]]),
  ...of('advantages', 'token-gae', pastTheRows('i', 'splits')),
  ...of('advantages', 'token-layout', [
    ...pastTheRows('i', 'trajectorySplits'),
    ['actions.length - 1', 'actions.length + 1', 'zeros behind the last turn are never read'],
    ['k < to', 'k <= to', 'the next turn writes that place anew'],
    ['last >= start', 'true', 'before the first token there is no place, and nothing is written'],
    ['k < own.length', 'k <= own.length', DROPPED],
  ]),
  ...of('advantages', 'token-returns', pastTheRows('i', 'splits')),
  ...of('advantages', 'trajectory-rewards', [['i < sums.length', 'i <= sums.length', DROPPED]]),
  ...of('advantages', 'turn-reward-batch', [
    ['observationTokens?.[negative]', 'observationTokens[negative]', 'a negative number was found in them'],
    ['i < splits.length', 'i <= splits.length', BEHIND],
  ]),
  ...of('advantages', 'turn-sets', [
    ...pastTheRows('g', 'groupSplits'),
    ['k < turns', 'k <= turns', 'the next turn writes that place anew, or the array drops it'],
  ]),
  ...of('gtpo', 'cispo-loss', [["'behaviour'", '""', "only 'rollout' is asked for"]]),
  ...of('gtpo', 'float64-ops', [
    ['i < length', 'i <= length', DROPPED],
    ['i < target.length', 'i <= target.length', DROPPED],
    ["'mean'", '""', "only 'sum' is asked for"],
    ['count === 0', 'false', 'the scale of a set without members is never read'],
  ]),
  ...of('gtpo', 'kl-to-reference', [
    ['gradient === value', 'false', 'value and derivative come out the same, by a longer way'],
  ]),
  ...of('gtpo', 'token-weights', [
    [
      'rowOf(at) * turns + (batch.turnIndices[at] as number)',
      'rowOf(at) * turns - (batch.turnIndices[at] as number)',
      'any numbering that tells the turns apart will do',
    ],
  ]),
];

/**
 * A loop over rows that goes on behind the last one.
 *
 * @param {string} variable
 * @param {string} splits
 * @returns {Entry[]}
 */
function pastTheRows(variable, splits) {
  const at = `for (let ${variable} = 0; ${variable} + 1 < ${splits}.length; ${variable}++) {`;
  return [
    [`${variable} + 1 < ${splits}.length`, `${variable} + 1 <= ${splits}.length`, BEHIND, at],
    [`${variable} + 1`, `${variable} - 1`, BEHIND, at],
  ];
}

/**
 * @param {Equivalent['package']} name
 * @param {string} file
 * @param {readonly Entry[]} entries
 * @returns {Equivalent[]}
 */
function of(name, file, entries) {
  return entries.map(([from, to, reason, at]) => ({
    package: name,
    file: `${file}.ts`,
    from,
    to,
    reason,
    ...(at === undefined ? {} : { at }),
  }));
}
