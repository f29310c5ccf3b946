export { restartableCodeTools } from './code-tools.js';
export { type McpServerOptions, mcpServer } from './mcp-server.js';
export { mcpTools } from './mcp-tools.js';
