export { fromAiTools } from './from-ai-tools.js';
export { toAiTools } from './to-ai-tools.js';
