import { defineTool, type Tool } from '../tool/define-tool.js';

/** What hostile code may call besides the language: two tools that fail on the host with an error worth stealing. */
export const hostileTools: readonly Tool[] = ['asyncThrow', 'logThrow'].map((name) =>
  defineTool({
    name,
    description: 'Fails on the host.',
    inputSchema: { type: 'object' },
    execute: async () => {
      throw new Error(`secret of the host: ${process.execPath}`);
    },
  }),
);

/** The names that the cases use. */
export const hostileGlobals = `const log = (...values) => console.log(...values);
const asyncThrow = () => tools.asyncThrow({});
const logThrow = () => tools.logThrow({});`;
