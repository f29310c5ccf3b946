/** What a side says, one JSON object per line: that it is ready, an answer, or what went wrong. */
export type Message =
  | { readonly kind: 'ready'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'answer'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'error'; readonly text: string };

/**
 * Reads one line of a side. A side keeps all other output off its stdout, so a line that is no object is a mistake.
 *
 * @throws Error that quotes the line.
 */
export function parseMessage(line: string): Message {
  const value = readObject(line);
  if (value === null) throw new Error(`a side: must say one JSON object per line, got ${line.slice(0, 200)}`);
  if (typeof value['error'] === 'string') return { kind: 'error', text: value['error'] };
  const ready = value['ready'];
  if (isObject(ready)) return { kind: 'ready', value: ready };
  return { kind: 'answer', value };
}

function readObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
