import { type Schema, Validator } from '@cfworker/json-schema';
import type { Task } from '@turnwise/trajectory';
import type { Verifier } from './verifier.js';

/** Options of `jsonSchemaMatch`. */
export interface JsonSchemaMatchOptions<T extends Task> {
  /** JSON Schema, draft 2020-12. */
  readonly schema: (task: T) => Readonly<Record<string, unknown>>;
  /** What the schema cannot say, asked of a value that fits it. */
  readonly accepts?: (value: unknown, task: T) => boolean;
}

const MAX_LENGTH = 1_000_000;

/**
 * Correct when the final answer is JSON, perhaps in a Markdown fence, that fits a JSON Schema. The validator
 * (@cfworker/json-schema) compiles no code, so it runs in browsers that forbid that.
 *
 * @throws Error (the verifier) for a schema that is none.
 */
export function jsonSchemaMatch<T extends Task>({
  schema,
  accepts = () => true,
}: JsonSchemaMatchOptions<T>): Verifier<T> {
  const validators = new WeakMap<object, Validator>();
  return async (task, { answer }) => {
    const given = schema(task);
    const validator = validators.get(given) ?? new Validator(given as Schema, '2020-12', true);
    validators.set(given, validator);
    const read = answer === null || answer.length > MAX_LENGTH ? null : readJson(answer);
    const correct = read !== null && validator.validate(read.value).valid && accepts(read.value, task);
    return { status: correct ? 'correct' : 'incorrect' };
  };
}

function readJson(answer: string): { readonly value: unknown } | null {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?```\s*$/.exec(answer)?.[1];
  try {
    return { value: JSON.parse(fenced ?? answer) };
  } catch {
    return null;
  }
}
