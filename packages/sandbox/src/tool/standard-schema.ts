/**
 * What this package reads of Standard Schema, version 1, and of its JSON Schema extension. Zod, Valibot, ArkType and
 * others implement the first; those that can write themselves as JSON Schema implement both.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema?: {
      readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown>;
    };
  };
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a value is once the schema has checked it. */
export type OutputOf<Schema> = Schema extends StandardSchema<infer Output> ? Output : never;

export function isStandardSchema(schema: unknown): schema is StandardSchema {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false;
  const standard: unknown = (schema as Record<string, unknown>)['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard;
}
