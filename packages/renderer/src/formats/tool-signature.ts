import type { ToolDefinition } from '@turnwise/trajectory';
import { isObject } from './json.js';
import { spacedJson } from './json-call.js';

/**
 * A tool in one short line: `js(code: string, maxLength 9): Runs JavaScript.` Optional arguments have a question mark.
 * A schema that nests is written out as JSON. For models whose chat template tells of no tools: such a prompt counts in
 * a small context, and a JSON Schema is long.
 */
export function toolSignature({ name, description, inputSchema }: ToolDefinition): string {
  return `${name}(${argumentsText(inputSchema)}): ${description}`;
}

function argumentsText(schema: ToolDefinition['inputSchema']): string {
  const { properties = {}, required, additionalProperties: _, type: __, ...others } = schema;
  if (!isObject(properties) || Object.keys(others).length > 0 || !Object.values(properties).every(isFlat)) {
    return spacedJson(schema);
  }
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties)
    .map(([key, property]) => `${key}${needed.includes(key) ? '' : '?'}: ${propertyText(property as Flat)}`)
    .join('; ');
}

type Flat = Readonly<Record<string, string | number | boolean>>;

const isFlat = (property: unknown): boolean =>
  isObject(property) &&
  Object.values(property).every((value) => ['string', 'number', 'boolean'].includes(typeof value));

/** The type, then every other rule but that of a text which may not be empty. */
function propertyText({ type = 'any', ...rules }: Flat): string {
  const told = Object.entries(rules).filter(([rule, value]) => !(rule === 'minLength' && value === 1));
  return [type, ...told.map(([rule, value]) => `${rule} ${value}`)].join(', ');
}
