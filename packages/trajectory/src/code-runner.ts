import type { ToolResult } from './tool.js';

/** Runs source code of which nothing is trusted. The sandbox implements it, verifiers use it. */
export interface CodeRunner {
  run(code: string, options?: { readonly signal?: AbortSignal }): Promise<ToolResult>;
}
