export type { ChatMessage, ChatTool, ChatToolCall } from './chat/chat-message.js';
export { type ChatInput, type ChatTemplate, chatTemplate, chatTokenIds } from './chat/chat-template.js';
export { type ChatTemplateFiles, loadChatTemplate } from './chat/load-chat-template.js';
export { parseToolCall } from './parse-tool-call.js';
export { type TaggedRendererOptions, taggedRenderer } from './tagged-renderer.js';
export { characterTokenizer } from './tokenizer/character-tokenizer.js';
export { characterTokenizerFiles, type TokenizerFiles } from './tokenizer/character-tokenizer-files.js';
export { loadTokenizer, type TokenizerFile } from './tokenizer/load-tokenizer.js';
export type { EncodeMarkedOptions, Tokenizer } from './tokenizer/tokenizer.js';
