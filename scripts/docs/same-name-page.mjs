import { grpo, grpoPresets, rloo, tokenGae, tokenReturns } from '../../packages/advantages/dist/index.js';
import { cispoLoss, evaluateLoss, gspoLoss, sapoLoss, tokenWeights } from '../../packages/gtpo/dist/index.js';

/**
 * @import { AdvantageEstimator, GrpoOptions } from '../../packages/advantages/dist/index.js'
 * @import { Aggregation, PolicyBatch, PolicyLoss } from '../../packages/gtpo/dist/index.js'
 */

const WHO = /** @type {const} */ ([
  ['verl', 'verl'],
  ['skyrl', 'SkyRL'],
  ['ragen', 'RAGEN'],
  ['nemoMean', 'NeMo-RL without leave-one-out'],
  ['trl', 'TRL'],
  ['rllm', 'rLLM'],
  ['nemo', 'NeMo-RL, its default'],
  ['drGrpo', 'Dr. GRPO'],
  ['prime', 'prime-rl'],
  ['tinker', 'tinker-cookbook'],
]);

/**
 * The page "same name, different numbers", computed: `npm run docs` writes it, a test compares.
 *
 * @returns {string}
 */
export function sameNamePage() {
  return `# Same name, different numbers

The same words mean different numbers in different projects. Every number of this page is computed by the functions of
\`@turnwise/advantages\` and \`@turnwise/gtpo\` with the options that stand beside it; a test computes the page again and
compares. \`npm run parity\` holds the same functions against what the published code of verl, SkyRL, TRL, OpenRLHF, slime,
AReaL, NeMo-RL, rLLM, RAGEN and tinker-cookbook returned in 2026; the rows of Dr. GRPO, prime-rl and the advantages of
tinker-cookbook follow from their formula alone.

## "GRPO advantage"

Trajectory rewards 1, 0, .35 in one group; and a group of one trajectory with reward 1.

${table(
  ['who', 'preset', 'options of `grpo`', 'advantages', 'group of one'],
  WHO.map(([preset, who]) => [
    who,
    `\`grpo.${preset}()\``,
    `\`${optionsText(grpoPresets[preset])}\``,
    numbers(advantages(grpo[preset](), [1, 0, 0.35])),
    numbers(advantages(grpo[preset](), [1])),
  ]),
)}

\`rloo()\` gives ${numbers(advantages(rloo(), [1, 0, 0.35]))}: leave-one-out without a deviation. It is
\`grpo({ baseline: 'leave-one-out', std: 'none' })\`. NeMo-RL divides by the deviation of the others; where they are all
equal, as for the second of 1, -.1, 1, it does not divide: ${numbers(advantages(grpo.nemo(), [1, -0.1, 1]))}.

## "REINFORCE++ return"

Action mask 1, 1, 0, 1, 1, 0 (the third token is a tool's), reward 1 on the fifth token, discount .9.

${table(
  ['who', 'option of `tokenReturns`', 'returns'],
  [
    ['verl, August 2026', 'action-token'],
    ['SkyRL; verl, January 2026', 'cut-at-tool'],
    ['slime, tinker-cookbook', 'all-token'],
  ].map(([who = '', counting]) => [
    who,
    `\`counting: '${counting}'\``,
    numbers(tokenReturns(TOKENS, { discount: 0.9, counting: /** @type {'action-token'} */ (counting) })),
  ]),
)}

Where the return is cut at a tool token, the tool token has credit that no loss uses, and the turns before it have none.

## "GAE"

The same tokens, values .5 everywhere, discount and lambda 1; advantages before whitening.

${table(
  ['who', 'option of `tokenGae`', 'advantages'],
  [
    ['verl', 'skip'],
    ['SkyRL, slime', 'count'],
  ].map(([who = '', toolTokens]) => [
    who,
    `\`toolTokens: '${toolTokens}'\``,
    numbers(
      tokenGae(TOKENS, new Float64Array(6).fill(0.5), {
        discount: 1,
        lambda: 1,
        toolTokens: /** @type {'skip'} */ (toolTokens),
      }),
    ),
  ]),
)}

The last token is the environment's. Where it counts, its value is part of the return of every token before it.

## "Dr. GRPO aggregation", and the other means

Weight of one token's loss: two trajectories of 4 and 1 action tokens in two groups, at most 6 tokens each.

${table(
  ['who', 'aggregation', 'in the first', 'in the second'],
  [
    ['GTPO, DAPO; verl `token-mean`, TRL `dapo`, SkyRL `token_mean`', { kind: 'token-mean' }],
    ['GRPO, GSPO; verl `seq-mean-token-mean`, TRL `grpo`, SkyRL `sequence_mean`', { kind: 'sequence-mean-token-mean' }],
    ['verl `seq-mean-token-sum`', { kind: 'sequence-mean-token-sum' }],
    [
      'Dr. GRPO; verl `seq-mean-token-sum-norm` of August 2026, TRL `dr_grpo`, SkyRL',
      { kind: 'sequence-mean-token-sum-norm', constant: 6 },
    ],
    ['verl `seq-mean-token-sum-norm` of January 2026', { kind: 'token-sum-norm', constant: 6 }],
    ['SkyRL `prompt_mean`', { kind: 'group-mean' }],
  ].map(([who, aggregation]) => {
    const weights = tokenWeights(ROWS, /** @type {Aggregation} */ (aggregation));
    return [
      /** @type {string} */ (who),
      `\`${objectText(aggregation)}\``,
      numbers([at(weights, 0)]),
      numbers([at(weights, 6)]),
    ];
  }),
)}

## "CISPO", "GSPO", "SAPO"

One trajectory of two tokens with ratios 2 and .25, advantage 1 each, behaviour log-probability -1; the loss of the two
tokens together.

${table(
  ['who', 'loss', 'value', 'derivative by each log-probability'],
  /** @type {[string, string, PolicyLoss][]} */ ([
    ['CISPO of verl, slime, TRL when set to bounds 0 and 5', 'cispoLoss()', cispoLoss()],
    [
      'CISPO of verl when set to clips .2 and .28',
      'cispoLoss({ ratioLow: 0.8, ratioHigh: 1.28 })',
      cispoLoss({ ratioLow: 0.8, ratioHigh: 1.28 }),
    ],
    [
      'CISPO of SkyRL by default (clips 0 and 5)',
      'cispoLoss({ ratioLow: 1, ratioHigh: 6 })',
      cispoLoss({ ratioLow: 1, ratioHigh: 6 }),
    ],
    ['GSPO', 'gspoLoss({ clipLow: 0.5 })', gspoLoss({ clipLow: 0.5 })],
    ['SAPO', 'sapoLoss()', sapoLoss()],
  ]).map(([who, code, loss]) => {
    const { value, gradient } = evaluateLoss(loss, TWO);
    return [who, `\`${code}\``, numbers([value]), numbers(gradient)];
  }),
)}

verl, OpenRLHF and TRL take the mean of GSPO's loss over sequences, SkyRL and AReaL over tokens; TRL and verl that of
SAPO's over sequences, SkyRL over tokens unless told otherwise.
`;
}

const TOKENS = {
  rewards: Float64Array.of(0, 0, 0, 0, 1, 0),
  actionMask: Uint8Array.of(1, 1, 0, 1, 1, 0),
  splits: Int32Array.of(0, 6),
};

const ROWS = /** @type {PolicyBatch} */ (
  /** @type {unknown} */ ({
    sequences: 2,
    tokens: 6,
    actionMask: Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0),
    groupIndices: Int32Array.of(0, 1),
    turnIndices: Int32Array.of(0, 0, -1, 1, 1, -1, 0, -1, -1, -1, -1, -1),
  })
);

const TWO = {
  policyLogprobs: [Math.log(2) - 1, Math.log(0.25) - 1],
  behaviourLogprobs: [-1, -1],
  advantages: [1, 1],
  weights: [1, 1],
  sequences: [0, 0],
};

/**
 * @param {AdvantageEstimator} estimator
 * @param {readonly number[]} rewards of the trajectories of one group, of one turn each
 */
function advantages(estimator, rewards) {
  return estimator({
    rewards: Float64Array.from(rewards),
    trajectorySplits: Int32Array.from({ length: rewards.length + 1 }, (_, i) => i),
    groupSplits: Int32Array.of(0, rewards.length),
    outcomes: new Float64Array(rewards.length),
    included: new Uint8Array(rewards.length).fill(1),
  }).values;
}

/** @param {ArrayLike<number>} values */
function numbers(values) {
  return Array.from(values, (value) => `${Number(value.toFixed(4)) || 0}`).join(', ');
}

/** @param {GrpoOptions} options */
function optionsText(options) {
  return objectText(options);
}

/** @param {unknown} value */
function objectText(value) {
  const entries = Object.entries(/** @type {object} */ (value));
  return `{ ${entries.map(([name, own]) => `${name}: ${typeof own === 'string' ? `'${own}'` : own}`).join(', ')} }`;
}

/**
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} rows
 */
function table(heading, rows) {
  const widths = heading.map((cell, column) => Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (/** @type {readonly string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(heading), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n');
}

/**
 * @param {Float64Array} values
 * @param {number} index
 */
function at(values, index) {
  return values[index] ?? Number.NaN;
}
