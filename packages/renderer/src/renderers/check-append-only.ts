import type { ChatMessage, ChatTool } from '../chat/chat-message.js';
import { chatToolOf, PROBE_TOOL, type Probe, systemSays, userSays } from './probe.js';
import { type ConversationForm, callingMessage, resultMessages } from './stand-in.js';

/**
 * Checks that a template only ever appends: the text of a conversation, up to where the policy goes on, is the beginning
 * of the text after each further action and its results. Asked over three turns, with and without tools, a system
 * message, words beside the call, and reasoning (as a field of the message, and inside its text).
 *
 * This is the property that a template must have for our sequences to be what it would write: we append what follows an
 * action and never render an earlier message again. A template that keeps to it within a task (Qwen3 drops reasoning
 * only when the user speaks again, and the user speaks once) is exact. One that does not would show a model, wherever
 * it is served later, other text than it was trained on: it is refused, and a copy of the template that keeps history
 * is the way out.
 *
 * Returns where a system message goes: a template that keeps history without one only (Mistral moves it to the latest
 * message) gets it before the first user message.
 *
 * @throws RangeError with the words that changed.
 */
export function checkAppendOnly(probe: Probe, form: ConversationForm): 'system' | 'user' {
  for (const variant of VARIANTS) {
    const change = changeIn(probe, form, [userSays('hi')], variant);
    if (change !== null) throw new RangeError(`rendererFor: a template must not rewrite history, got ${change}`);
  }
  checkReasoning(probe, form);
  const asked = [systemSays('qzsystemqz'), userSays('hi')];
  const says = probe.text(asked, { open: true })?.includes('qzsystemqz') ?? false;
  return says && VARIANTS.every((variant) => changeIn(probe, form, asked, variant) === null) ? 'system' : 'user';
}

type Variant = { readonly what: string; readonly said: string; readonly reasoning?: string };

const VARIANTS: readonly Variant[] = [
  { what: 'a call', said: '' },
  { what: 'a call with words beside it', said: 'I look.' },
  { what: 'a call with reasoning', said: '', reasoning: 'Let me see.' },
  { what: 'a call with reasoning in its text', said: '<think>\nLet me see.\n</think>\n\nI look.' },
];

const TURNS = 3;

/** What changed when a turn was added, in words; `null` if nothing did. */
function changeIn(
  probe: Probe,
  form: ConversationForm,
  asked: readonly ChatMessage[],
  variant: Variant,
): string | null {
  return changeWith(probe, form, asked, variant) ?? changeWith(probe, form, asked, variant, [chatToolOf(PROBE_TOOL)]);
}

function changeWith(
  probe: Probe,
  form: ConversationForm,
  asked: readonly ChatMessage[],
  { said, reasoning, what }: Variant,
  tools?: readonly ChatTool[],
): string | null {
  const action = callingMessage(form, { said, ...(reasoning === undefined ? {} : { reasoning }) });
  const options = { open: true, ...(tools === undefined ? {} : { tools }) };
  const messages = [...asked];
  let before = probe.text(messages, options);
  for (let turn = 1; turn <= TURNS; turn += 1) {
    messages.push(action, ...resultMessages(form, [{ text: `result ${turn}` }]));
    const after = probe.text(messages, options);
    if (before === null || after === null) return `a refusal of a conversation of ${turn} turns of ${what}`;
    if (!after.startsWith(before)) return `another text after turn ${turn} of ${what}: ${difference(before, after)}`;
    before = after;
  }
  return null;
}

function difference(before: string, after: string): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at += 1;
  const shown = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  return `${shown(before)} became ${shown(after)}`;
}

/** Some templates drop reasoning from every earlier action, always: then nothing changes, but it is gone. */
function checkReasoning(probe: Probe, form: ConversationForm): void {
  const action = callingMessage(form, { said: '<think>\nqzthoughtqz\n</think>\n\nqzsaidqz' });
  const text = probe.text([userSays('hi'), action, ...resultMessages(form, [{ text: 'result' }])], { open: true });
  if (text?.includes('qzsaidqz') && !text.includes('qzthoughtqz')) {
    throw new RangeError(
      'rendererFor: a template must not rewrite history, got one that drops the reasoning of an action',
    );
  }
}
