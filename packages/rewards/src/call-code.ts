import type { ToolCall, ToolDefinition, Trajectory } from '@turnwise/trajectory';
import { canonicalJson } from './canonical-json.js';

/**
 * The code of a tool call, as shaping reads it: the source where the tool takes code (`codeArgument` of its
 * definition), else the canonical JSON of the call, `{"arguments":{...},"name":...}` with sorted keys.
 *
 * A tool that is not among the definitions, and a source that is not text, give the canonical JSON.
 */
export function callCode(call: ToolCall, definitions: readonly ToolDefinition[]): string {
  const argument = definitions.find(({ name }) => name === call.name)?.codeArgument;
  const source = argument === undefined ? undefined : call.arguments[argument];
  return typeof source === 'string' ? source : canonicalJson({ name: call.name, arguments: call.arguments });
}

/**
 * The code of a whole trajectory, `C_i = c_{i,1} + ... + c_{i,T_i}`: the code of its valid calls in order, one per line.
 * Invalid calls contribute nothing; a trajectory without a valid call gives `''`.
 */
export function trajectoryCode(trajectory: Trajectory, definitions: readonly ToolDefinition[]): string {
  const codes = trajectory.turns.flatMap(({ action }) =>
    action.message.toolCalls.map((parsed) => (parsed.status === 'valid' ? callCode(parsed.call, definitions) : '')),
  );
  return codes.filter((code) => code.trim() !== '').join('\n');
}
