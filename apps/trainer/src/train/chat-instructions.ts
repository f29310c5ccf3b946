import type { Renderer } from '@turnwise/trajectory';

const INSTRUCTIONS = 'Use the tools. Answer as <answer>ANSWER</answer>.';

/** The same renderer, whose prompts begin by saying how a final answer is given. */
export function withChatInstructions(renderer: Renderer): Renderer {
  return {
    ...renderer,
    prompt: (messages, tools) => renderer.prompt([{ role: 'system', content: INSTRUCTIONS }, ...messages], tools),
  };
}

/** What stands between the last answer tags; without them everything, since a short answer needs none; `null` if empty. */
export function chatAnswer(said: string): string | null {
  const tagged = [...said.matchAll(/<answer>(.*?)<\/answer>/gs)].at(-1)?.[1];
  const answer = (tagged ?? said).trim();
  return answer === '' ? null : answer;
}
