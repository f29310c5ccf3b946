import { type Schema, Validator } from '@cfworker/json-schema';
import type { StandardIssue, StandardSchema } from './standard-schema.js';

/** Arguments as a tool takes them, or what is wrong with them, in words for whoever wrote the call. */
export type CheckedArguments<Input> =
  | { readonly status: 'valid'; readonly input: Input }
  | { readonly status: 'invalid'; readonly message: string };

/** Keywords that only say that something below them is wrong. */
const applicators = new Set(['$ref', 'additionalProperties', 'allOf', 'items', 'prefixItems', 'properties']);

/** Checks with a JSON Schema, draft 2020-12. The schema is interpreted, not compiled; what fits is passed on as it is. */
export function jsonSchemaCheck<Input>(
  schema: Readonly<Record<string, unknown>>,
): (args: unknown) => Promise<CheckedArguments<Input>> {
  // The validator writes notes into its schema; the copy keeps them out of the caller's.
  const validator = new Validator(structuredClone(schema) as Schema, '2020-12');
  return async (args) => {
    if (typeof args !== 'object' || args === null) return { status: 'invalid', message: 'must be an object' };
    try {
      const { valid, errors } = validator.validate(args);
      if (valid) return { status: 'valid', input: args as Input };
      const unit = errors.find(({ keyword }) => !applicators.has(keyword)) ?? errors[0];
      const path = (unit?.instanceLocation ?? '#').split('/').slice(1).join('.');
      return { status: 'invalid', message: located(path, unit?.error ?? 'does not fit the schema') };
    } catch (error) {
      // The validator cannot write the path of a property whose name holds half a surrogate pair.
      if (error instanceof URIError) return { status: 'invalid', message: 'a property name is not well-formed' };
      throw error;
    }
  };
}

/** Checks with a Standard Schema, which may also change the value: defaults, coercions, transformations. */
export function standardCheck<Input>(
  schema: StandardSchema<Input>,
): (args: unknown) => Promise<CheckedArguments<Input>> {
  return async (args) => {
    const result = await schema['~standard'].validate(args);
    if (result.issues === undefined) return { status: 'valid', input: result.value };
    const [first] = result.issues;
    return { status: 'invalid', message: first === undefined ? 'does not fit the schema' : issueText(first) };
  };
}

function issueText({ path = [], message }: StandardIssue): string {
  return located(path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'), message);
}

const located = (path: string, message: string): string => (path === '' ? message : `${path}: ${message}`);
