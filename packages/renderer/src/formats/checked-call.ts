import type { InvalidToolCallReason, ParsedToolCall, ToolDefinition } from '@turnwise/trajectory';
import { clipText } from './clip-text.js';
import { isObject } from './json.js';
import { schemaViolation } from './schema-violation.js';

/** Most characters of the message of an invalid call: the policy may read it character by character. */
const MAX_MESSAGE_CHARACTERS = 40;

/** Deepest nesting of arguments, far beyond honest use: what handles them later may recurse. */
const MAX_ARGUMENT_DEPTH = 64;

/** A call as a format read it, before anybody asked whether the tool exists. */
export interface WrittenCall {
  readonly id: string;
  readonly name: string;
  /** The arguments, parsed. */
  readonly value: unknown;
  /** The call as the policy wrote it. */
  readonly raw: string;
  /** The arguments as the policy wrote them, if those are JSON. */
  readonly rawArguments?: string;
  /** Leaves the name of the argument out of what the policy is told, because it never wrote one. */
  readonly pathless?: boolean;
}

/**
 * The call, valid if the tool exists and the arguments are an object that fits its JSON Schema. A mistake is a value:
 * `unknown-tool` or `invalid-arguments`; numbers that overflow and nesting deeper than 64 are the latter.
 */
export function checkedCall(call: WrittenCall, tools: readonly ToolDefinition[]): ParsedToolCall {
  const { id, name, value, raw, rawArguments, pathless = false } = call;
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) return invalidToolCall('unknown-tool', raw, 'unknown tool');
  if (!isObject(value)) return invalidToolCall('invalid-arguments', raw, 'not a JSON object');
  const unfit = unfitValue(value, MAX_ARGUMENT_DEPTH);
  if (unfit !== null) return invalidToolCall('invalid-arguments', raw, unfit);
  const violation = schemaViolation(tool.inputSchema, value);
  if (violation === null) {
    return {
      status: 'valid',
      call: { id, name, arguments: value, ...(rawArguments === undefined ? {} : { rawArguments }) },
    };
  }
  const where = pathless || violation.path === '' ? '' : `${violation.path}: `;
  return invalidToolCall('invalid-arguments', raw, `${where}${violation.message}`);
}

/** An invalid call, its message clipped to what a policy is told. */
export function invalidToolCall(reason: InvalidToolCallReason, raw: string, message: string): ParsedToolCall {
  return { status: 'invalid', reason, raw, message: clipText(message, MAX_MESSAGE_CHARACTERS) };
}

/** Why parsed JSON cannot be kept: a number such as `1e999`, which JSON cannot write again, or too deep nesting. */
function unfitValue(value: unknown, depth: number): string | null {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'number too large';
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return 'nested too deeply';
  for (const item of Object.values(value)) {
    const unfit = unfitValue(item, depth - 1);
    if (unfit !== null) return unfit;
  }
  return null;
}
