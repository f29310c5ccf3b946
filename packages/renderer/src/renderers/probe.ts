import type { ToolDefinition } from '@turnwise/trajectory';
import type { ChatMessage, ChatTool } from '../chat/chat-message.js';
import type { ChatInput, ChatTemplate } from '../chat/chat-template.js';

/** A word that no template writes: where it stands, a probe's text stands. */
export const MARK = 'qzprobeqz';

/** The tool of the probes. */
export const PROBE_TOOL: ToolDefinition = {
  name: 'probe_tool',
  description: 'A probe.',
  inputSchema: {
    type: 'object',
    properties: { word: { type: 'string' }, count: { type: 'integer' } },
    required: ['word', 'count'],
  },
  codeArgument: 'word',
};

/** A template asked for the probes: `null` for a conversation that it refuses. */
export interface Probe {
  /** Renders a conversation, with the generation prompt if `open`. */
  text(messages: readonly ChatMessage[], options?: ProbeOptions): string | null;
}

export interface ProbeOptions {
  readonly open?: boolean;
  readonly tools?: readonly ChatTool[];
}

export function probeOf(template: ChatTemplate, now?: Date): Probe {
  return {
    text(messages, { open = false, tools } = {}) {
      const input: ChatInput = {
        messages,
        addGenerationPrompt: open,
        ...(tools === undefined ? {} : { tools }),
        ...(now === undefined ? {} : { now }),
      };
      try {
        return template.render(input);
      } catch {
        return null;
      }
    },
  };
}

export const chatToolOf = ({ name, description, inputSchema }: ToolDefinition): ChatTool => ({
  type: 'function',
  function: { name, description, parameters: inputSchema },
});

export const userSays = (content: string): ChatMessage => ({ role: 'user', content });
export const systemSays = (content: string): ChatMessage => ({ role: 'system', content });
export const assistantSays = (content: string): ChatMessage => ({ role: 'assistant', content });
