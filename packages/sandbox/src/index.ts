export { createSandbox, type Sandbox, type SandboxOptions } from './create-sandbox.js';
export { defineTool, type Tool } from './define-tool.js';
export { SandboxUnavailableError } from './pool.js';
export type { RunErrorKind, RunResult } from './run-result.js';
export { defaultSandboxLimits, resolveSandboxLimits, type SandboxLimits } from './sandbox-limits.js';
export type { RunOptions, SandboxSession, SessionOptions } from './sandbox-session.js';
export { toToolResult } from './to-tool-result.js';
export type { WorkerCommand } from './worker-command.js';
