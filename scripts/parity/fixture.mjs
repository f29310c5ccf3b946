import { readFileSync } from 'node:fs';

/**
 * @typedef {readonly (readonly number[])[]} Matrix [trajectories, tokens]
 *
 * @typedef {object} Inputs
 * @property {Matrix} mask 1 on action tokens
 * @property {readonly string[]} groupIds of each trajectory
 * @property {readonly number[]} trajectoryRewards
 * @property {Matrix} tokenRewards
 * @property {Matrix} behaviourLogprobs
 * @property {Matrix} policyLogprobs
 * @property {Matrix} rolloutEngineLogprobs
 * @property {Matrix} referenceLogprobs
 * @property {Matrix} advantages
 *
 * @typedef {object} Settings
 * @property {number} clipLow
 * @property {number} clipHigh
 * @property {number} dualClip
 * @property {{ value: number, gamma: number, lambda: number }} gae
 * @property {number} reinforcePlusPlusGamma
 * @property {readonly [number, number]} sapoTemperatures
 *
 * @typedef {number | readonly number[] | Matrix} Output
 * @typedef {{ inputs: Inputs, settings: Settings, outputs: Readonly<Record<string, Output>> }} Fixture
 */

const MATRICES = /** @type {const} */ ([
  'mask',
  'tokenRewards',
  'behaviourLogprobs',
  'policyLogprobs',
  'rolloutEngineLogprobs',
  'referenceLogprobs',
  'advantages',
]);

/**
 * Reads a fixture: what published functions of other frameworks return for shared inputs.
 *
 * @param {string} path
 * @returns {Fixture}
 * @throws {RangeError} for a file that does not have the form
 */
export function readFixture(path) {
  /** @type {any} */
  let file;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new RangeError(`${path}: must be a JSON file, got: ${error instanceof Error ? error.message : error}`);
  }
  const { inputs, settings, outputs } = file ?? {};
  for (const [name, value] of Object.entries({ inputs, settings, outputs })) {
    if (typeof value !== 'object' || value === null) throw new RangeError(`${name}: must be an object, got ${value}`);
  }
  const rows = inputs.mask?.length;
  const tokens = inputs.mask?.[0]?.length;
  if (!(rows > 0 && tokens > 0)) throw new RangeError(`inputs.mask: must be a matrix, got ${inputs.mask}`);
  for (const name of MATRICES) {
    const fits =
      inputs[name]?.length === rows && inputs[name].every((/** @type {any} */ row) => isNumbers(row, tokens));
    if (!fits) throw new RangeError(`inputs.${name}: must hold ${rows} rows of ${tokens} numbers`);
  }
  if (inputs.groupIds?.length !== rows) throw new RangeError(`inputs.groupIds: must hold ${rows} names`);
  if (!isNumbers(inputs.trajectoryRewards, rows)) {
    throw new RangeError(`inputs.trajectoryRewards: must hold ${rows} numbers`);
  }
  return { inputs, settings: readSettings(settings), outputs };
}

/**
 * @param {any} settings
 * @returns {Settings}
 */
function readSettings(settings) {
  const { clipLow, clipHigh, dualClip, gae, reinforcePlusPlusGamma, sapoTemperatures } = settings;
  // Written as "0.5 everywhere".
  const value = Number.parseFloat(gae?.values);
  const numbers = {
    clipLow,
    clipHigh,
    dualClip,
    value,
    gamma: gae?.gamma,
    lambda: gae?.lambda,
    reinforcePlusPlusGamma,
  };
  for (const [name, number] of Object.entries(numbers)) {
    if (!Number.isFinite(number)) throw new RangeError(`settings: ${name} must be a number, got ${number}`);
  }
  if (!isNumbers(sapoTemperatures, 2)) {
    throw new RangeError(`settings: sapoTemperatures must be two numbers, got ${sapoTemperatures}`);
  }
  return {
    clipLow,
    clipHigh,
    dualClip,
    gae: { value, gamma: gae.gamma, lambda: gae.lambda },
    reinforcePlusPlusGamma,
    sapoTemperatures,
  };
}

/**
 * @param {any} values
 * @param {number} length
 */
function isNumbers(values, length) {
  return Array.isArray(values) && values.length === length && values.every(Number.isFinite);
}
