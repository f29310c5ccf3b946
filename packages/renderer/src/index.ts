export { characterTokenizer } from './character-tokenizer.js';
export { characterTokenizerFiles, type TokenizerFiles } from './character-tokenizer-files.js';
export { loadTokenizer, type TokenizerFile } from './load-tokenizer.js';
export { parseToolCall } from './parse-tool-call.js';
export { type TaggedRendererOptions, taggedRenderer } from './tagged-renderer.js';
export type { Tokenizer } from './tokenizer.js';
