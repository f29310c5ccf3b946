import type { ActionMessage, ToolDefinition, ToolResult } from '@turnwise/trajectory';
import { type RendererForOptions, rendererFor } from '../src/index.js';
import { FAMILIES, templateOf, tokenizerOf } from './families.js';

export const js: ToolDefinition = {
  name: 'js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
};
export const tools = [js];

/** A test family with its renderer, and what a policy of it would write and read. */
export async function openFamily(name: string, options: Partial<RendererForOptions> = {}) {
  const row = FAMILIES.find((candidate) => candidate.name === name);
  if (row === undefined) throw new RangeError(`openFamily: must be a test family, got ${name}`);
  const tokenizer = await tokenizerOf(row.kind);
  const template = await templateOf(row);
  const chosen = rendererFor({ tokenizer, template, ...options });
  const endToken = tokenizer.tokenOf(chosen.renderer.stopTokenIds[0] ?? -1);
  /** An action as a policy would sample it: special tokens as tokens, the end token last. */
  const act = (text: string, end = endToken) => tokenizer.encodeMarked(text + end);
  const read = (text: string, end = endToken): ActionMessage => chosen.renderer.action(act(text, end), tools);
  const observed = (results: ToolResult[], action?: ActionMessage) =>
    tokenizer.decode(chosen.renderer.observation({ role: 'tool', results }, action));
  return { ...chosen, tokenizer, template, act, read, observed };
}
