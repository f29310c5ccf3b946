import type { Task, ToolCall, ToolProvider, ToolResult } from '@turnwise/trajectory';

export interface ScriptedTools extends ToolProvider<Task> {
  openCount(): number;
  readonly seeds: number[];
  readonly calls: string[];
}

/** Answers a call; `memory` lives as long as the session. */
export type Answer = (
  text: string,
  session: { readonly task: Task; readonly index: number; readonly memory: string[]; readonly signal?: AbortSignal },
) => ToolResult | Promise<ToolResult>;

/** One tool, `echo`, whose results a function gives. Counts its sessions and refuses a second `close`. */
export function scriptedTools(answer: Answer = (text) => ({ status: 'ok', text })): ScriptedTools {
  const open = new Set<object>();
  const seeds: number[] = [];
  const calls: string[] = [];
  return {
    seeds,
    calls,
    openCount: () => open.size,
    definitions: () => [{ name: 'echo', description: 'Gives its text back.', inputSchema: { type: 'object' } }],
    async open(task, seed) {
      const session = {};
      const memory: string[] = [];
      const index = seeds.push(seed) - 1;
      open.add(session);
      return {
        async call(call: ToolCall, options) {
          const text = String(call.arguments['text']);
          calls.push(text);
          return answer(text, { task, index, memory, ...options });
        },
        async close() {
          if (!open.delete(session)) throw new Error('scriptedTools: the session was closed twice');
        },
      };
    },
  };
}
