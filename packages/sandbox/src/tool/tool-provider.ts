import type { ToolProvider } from '@turnwise/trajectory';
import { toolsByName } from '../session/session-options.js';
import { type CallToolOptions, callTool } from './call-tool.js';
import type { Tool } from './define-tool.js';

/**
 * Tools as a rollout takes them: the same for every task and every trajectory, without state of their own.
 *
 * A call of a tool that is not among them is an `error`; whoever reads the policy's actions has seen to that before.
 *
 * @param bounds time and size of one call, as `callTool` takes them
 * @throws RangeError for two tools of one name
 */
export function toolProvider(tools: readonly Tool[], bounds: Omit<CallToolOptions, 'signal'> = {}): ToolProvider {
  const byName = toolsByName(tools);
  return {
    definitions: () => tools,
    open: async () => ({
      call: async ({ name, arguments: args }, options) => {
        const tool = byName.get(name);
        if (tool === undefined) return { status: 'error', text: `there is no tool ${name}` };
        return callTool(tool, args, { ...bounds, ...options });
      },
      close: async () => {},
    }),
  };
}
