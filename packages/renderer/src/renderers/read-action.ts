import type { ToolDefinition } from '@turnwise/trajectory';
import type { ReadAction, ToolFormat } from '../formats/tool-format.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';

export interface ReadOptions {
  readonly format: ToolFormat;
  readonly tools: readonly ToolDefinition[];
  /** The prompt ended in the middle of reasoning. */
  readonly opensReasoning?: boolean;
}

/** Stands on both sides of a special token in a text that a format reads: a noncharacter that no text holds. */
const SEAM = '\ufdd0';

/**
 * What an action says and calls, its reasoning left out: everything up to the last `</think>`. Reasoning that was never
 * closed is all there is, so nothing is said and nothing called.
 */
export function readWritten(tokenizer: Tokenizer, tokenIds: readonly number[], options: ReadOptions): ReadAction {
  const { format, tools, opensReasoning = false } = options;
  const tag = (name: string) => (tokenizer.specialTokens.has(name) ? `${SEAM}${name}${SEAM}` : name);
  const text = seamedText(tokenizer, tokenIds);
  const closed = text.lastIndexOf(tag('</think>'));
  if (closed < 0 && (opensReasoning || text.includes(tag('<think>')))) return { calls: [], said: '' };
  return format.read({
    text: closed < 0 ? text : text.slice(closed + tag('</think>').length),
    tools,
    tag,
    plain: (part) => part.replaceAll(SEAM, ''),
  });
}

function seamedText(tokenizer: Tokenizer, tokenIds: readonly number[]): string {
  let text = '';
  let run: number[] = [];
  const flush = () => {
    text += tokenizer.decode(run).replaceAll(SEAM, '\ufffd');
    run = [];
  };
  for (const id of tokenIds) {
    if (!tokenizer.isSpecial(id)) {
      run.push(id);
      continue;
    }
    flush();
    text += `${SEAM}${tokenizer.tokenOf(id)}${SEAM}`;
  }
  flush();
  return text;
}
