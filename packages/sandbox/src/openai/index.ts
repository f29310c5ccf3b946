export { fromOpenAiTools } from './from-openai-tools.js';
export type { OpenAiTool } from './openai-tool.js';
export { toOpenAiTools } from './to-openai-tools.js';
