/**
 * A result of an MCP tool as text: its text blocks, one after the other, and a note for each block that is none. A
 * result with structured content alone is shown as its JSON.
 */
export function contentText(result: Readonly<Record<string, unknown>>): string {
  const { content, structuredContent } = result;
  const blocks = Array.isArray(content) ? (content as readonly unknown[]) : [];
  if (blocks.length === 0 && structuredContent !== undefined) return JSON.stringify(structuredContent);
  return blocks.map(blockText).join('\n');
}

function blockText(value: unknown): string {
  const block = value as Readonly<Record<string, unknown>>;
  const { type, text, mimeType, uri } = block;
  switch (type) {
    case 'text':
      return String(text);
    case 'image':
    case 'audio':
      return `[${type}, ${String(mimeType)}]`;
    case 'resource_link':
      return `[resource ${String(uri)}]`;
    case 'resource': {
      const resource = block['resource'] as Readonly<Record<string, unknown>>;
      return typeof resource['text'] === 'string' ? resource['text'] : `[resource ${String(resource['uri'])}]`;
    }
    default:
      return `[${String(type)}]`;
  }
}
