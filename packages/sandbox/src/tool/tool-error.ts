/**
 * A failure of a tool whose message is meant for the model: `throw new ToolError('no such city')`. The message of any
 * other exception stays on the host, because it may name files, addresses or secrets.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
