import type { AnswerNode } from './answer-node.js';

/** Units that a grader can tell apart. */
const UNITS: readonly (readonly [string, RegExp])[] = [
  ['m', /^(?:m|meters?|metres?)$/],
  ['cm', /^(?:cm|centimeters?|centimetres?)$/],
  ['mm', /^(?:mm|millimeters?|millimetres?)$/],
  ['km', /^(?:km|kilometers?|kilometres?)$/],
  ['g', /^(?:g|grams?)$/],
  ['kg', /^(?:kg|kilograms?)$/],
  ['s', /^(?:s|secs?|seconds?)$/],
  ['min', /^(?:min|mins|minutes?)$/],
  ['h', /^(?:h|hrs?|hours?)$/],
  ['day', /^days?$/],
  ['ft', /^(?:ft|feet|foot)$/],
  ['in', /^(?:in|inch|inches)$/],
  ['mi', /^(?:mi|miles?)$/],
];

/** The unit of a quantity, with its exponent; `null` for none and for words that only describe what is counted. */
export function unitOf(node: AnswerNode): string | null {
  if (node.kind !== 'quantity') return null;
  const exponent = /\^(-?\d)$/.exec(node.unit)?.[1];
  const word = exponent === undefined ? node.unit : node.unit.slice(0, -exponent.length - 1);
  const known = UNITS.find(([, pattern]) => pattern.test(word))?.[0];
  return known === undefined ? null : `${known}${exponent ?? ''}`;
}
