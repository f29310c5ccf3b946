import { type OutputUnit, type Schema, type ValidationResult, Validator } from '@cfworker/json-schema';

/** What is wrong with a value: where, as a JSON pointer without its first `/`, and what, in a few words. */
export interface SchemaViolation {
  readonly path: string;
  readonly message: string;
}

/** Keywords that only say that something below them is wrong. */
const APPLICATORS = new Set([
  '$ref',
  'additionalProperties',
  'allOf',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'unevaluatedProperties',
]);

/**
 * The first violation of a JSON Schema (draft 2020-12) by a value, or `null` when the value fits.
 *
 * The message is meant for a policy that reads it token by token: `too long: 14 > 12`, `missing city`,
 * `expected integer`. Compiles nothing: the schema is interpreted, so it works where `eval` is forbidden.
 */
export function schemaViolation(schema: Readonly<Record<string, unknown>>, value: unknown): SchemaViolation | null {
  const { valid, errors } = validate(schema, value);
  if (valid) return null;
  const unit = errors.find(({ keyword }) => !APPLICATORS.has(keyword)) ?? errors[0];
  if (unit === undefined) return { path: '', message: 'invalid' };
  const path = pointerOf(unit.instanceLocation);
  return { path: path.join('/'), message: messageOf(unit, schema, value) };
}

/** The validator cannot write the path of a property whose name holds half a surrogate pair: such a name is wrong. */
function validate(schema: Readonly<Record<string, unknown>>, value: unknown): ValidationResult {
  try {
    return validatorOf(schema).validate(value);
  } catch (error) {
    if (error instanceof URIError) return { valid: false, errors: [] };
    throw error;
  }
}

const validators = new WeakMap<object, Validator>();

function validatorOf(schema: Readonly<Record<string, unknown>>): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  // The validator writes notes into its schema; the copy keeps them out of the caller's.
  const validator = new Validator(structuredClone(schema) as Schema, '2020-12');
  validators.set(schema, validator);
  return validator;
}

function messageOf(unit: OutputUnit, schema: unknown, value: unknown): string {
  const instance = at(value, pointerOf(unit.instanceLocation));
  const limit = at(schema, pointerOf(unit.keywordLocation));
  switch (unit.keyword) {
    case 'maxLength':
      return `too long: ${lengthOf(instance)} > ${limit}`;
    case 'minLength':
      return `too short: ${lengthOf(instance)} < ${limit}`;
    case 'maximum':
      return `too large: ${instance} > ${limit}`;
    case 'minimum':
      return `too small: ${instance} < ${limit}`;
    case 'maxItems':
      return `too many: ${lengthOf(instance)} > ${limit}`;
    case 'minItems':
      return `too few: ${lengthOf(instance)} < ${limit}`;
    case 'pattern':
    case 'format':
      return 'bad format';
    case 'type':
      return `expected ${Array.isArray(limit) ? limit.join(' or ') : limit}`;
    case 'enum':
    case 'const':
      return 'not allowed';
    case 'required':
      return `missing ${missingOf(instance, limit)}`;
    case 'false':
      return 'unknown argument';
    default:
      return `invalid: ${unit.keyword}`;
  }
}

function pointerOf(location: string): string[] {
  return location
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function at(value: unknown, pointer: readonly string[]): unknown {
  return pointer.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[key] : undefined),
    value,
  );
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return Array.from(value).length;
  return Array.isArray(value) ? value.length : 0;
}

function missingOf(instance: unknown, required: unknown): string {
  const names: unknown[] = Array.isArray(required) ? required : [];
  return String(names.find((name) => at(instance, [String(name)]) === undefined) ?? 'argument');
}
