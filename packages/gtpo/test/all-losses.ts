import {
  cispoLoss,
  clippedSurrogate,
  gspoLoss,
  importanceSampling,
  luspoLoss,
  type PolicyLoss,
  sapoLoss,
  supervised,
  truncatedImportanceSampling,
  vespoLoss,
} from '../src/index.js';

/** Every loss of the package, in its variants: a new loss is one row, and every law of the test beside is checked. */
export const LOSSES: readonly (readonly [string, PolicyLoss])[] = [
  ['clipped surrogate', clippedSurrogate()],
  ['clipped surrogate, dual clip', clippedSurrogate({ clipHigh: 0.28, dualClip: 1.6 })],
  ['clipped surrogate of sequences', gspoLoss({ clipLow: 0.2, clipHigh: 0.1 })],
  ['clipped surrogate of sequences, by token', gspoLoss({ clipLow: 0.2, clipHigh: 0.1, gradient: 'token' })],
  ['clipped surrogate of turns', clippedSurrogate({ ratio: 'turn', dualClip: 2, aggregation: { kind: 'turn-mean' } })],
  ['CISPO', cispoLoss({ ratioLow: 0.7, ratioHigh: 1.3 })],
  ['CISPO against the engine, dropping', cispoLoss({ ratioHigh: 1.3, outside: 'drop', anchor: 'rollout' })],
  ['SAPO', sapoLoss({ temperaturePositive: 0.8, temperatureNegative: 2 })],
  ['LUSPO', luspoLoss({ clipLow: 0.2, clipHigh: 0.1 })],
  ['VESPO', vespoLoss()],
  ['importance sampling', importanceSampling()],
  ['truncated importance sampling', truncatedImportanceSampling(clippedSurrogate(), { cap: 1.05 })],
  ['truncated by sequence', truncatedImportanceSampling(sapoLoss(), { cap: 1.05, level: 'sequence' })],
  ['supervised', supervised()],
];
