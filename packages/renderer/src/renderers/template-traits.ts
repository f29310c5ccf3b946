import type { ChatMessage } from '../chat/chat-message.js';
import type { ChatTemplate } from '../chat/chat-template.js';
import { fencedFormat } from '../formats/fenced-format.js';
import { hermesFormat } from '../formats/hermes-format.js';
import type { ToolFormat } from '../formats/tool-format.js';
import type { Tokenizer } from '../tokenizer/tokenizer.js';
import { checkAppendOnly } from './check-append-only.js';
import { assistantSays, chatToolOf, MARK, PROBE_TOOL, type Probe, probeOf, systemSays, userSays } from './probe.js';
import { readWritten } from './read-action.js';
import { afterAction, type CallForm, type ConversationForm, callingMessage, resultMessages } from './stand-in.js';

/** What a chat template does, found out by asking it. */
export interface TemplateTraits {
  /** The special token that it writes after what the assistant said. */
  readonly endToken: string;
  readonly format: ToolFormat;
  /** Whether it writes calls itself, or they are part of what the assistant says. */
  readonly writesCalls: boolean;
  /** Whether it tells the policy which tools there are, and how to call them. */
  readonly tellsTools: boolean;
  /** The role of a message with tool results. */
  readonly resultRole: 'tool' | 'user';
  /** Whether a system message stays one, or goes before the first user message. */
  readonly systemRole: 'system' | 'user';
  /** Whether the action of several calls can be answered. */
  readonly severalCalls: boolean;
  /** Whether what it writes for the policy to go on from is the middle of reasoning. */
  readonly opensReasoning: boolean;
  /** How calls stand in the conversation that a result is rendered in. */
  readonly callForm: CallForm;
}

export interface TraitOptions {
  readonly tokenizer: Tokenizer;
  readonly template: ChatTemplate;
  /** Formats to look for in what the template writes, the first that reads it back wins. */
  readonly formats: readonly ToolFormat[];
  /** Takes this format without looking. */
  readonly format?: ToolFormat;
  readonly now?: Date;
}

/**
 * Asks a template with small conversations what it does: it is rendered, never read as source, and its model's name does
 * not matter.
 *
 * @throws RangeError for a template that no conversation of ours can be written with, that writes calls in a way that
 * no format reads back, or that rewrites history, each with the reason.
 */
export function templateTraits(options: TraitOptions): TemplateTraits {
  const { tokenizer, template, now } = options;
  // Asked directly, so that its own words come up.
  template.render({ messages: [userSays('hi')], addGenerationPrompt: true, ...(now === undefined ? {} : { now }) });
  const probe = probeOf(template, now);
  const endToken = endTokenOf(tokenizer, probe);
  const tells = probe.text([userSays('hi')], { open: true, tools: [TOOL] })?.includes(PROBE_TOOL.name) ?? false;
  const written = writtenCall(probe, endToken);
  const format = options.format ?? formatOf(options, written);
  const writesCalls = written !== null && readsBack(tokenizer, format, written);
  const resultRole = resultRoleOf(probe, format, writesCalls);
  const opened = probe.text([userSays('hi')], { open: true }) ?? '';
  const conversation: ConversationForm = { format, callForm: writesCalls ? 'tool_calls' : 'content', resultRole };
  const systemRole = checkAppendOnly(probe, conversation);
  return {
    endToken,
    format,
    writesCalls,
    // Told of tools and not how to call them, a policy would have to guess.
    tellsTools: tells && writesCalls,
    resultRole,
    systemRole,
    opensReasoning: /<think>\s*$/.test(opened),
    ...suffixForm(probe, conversation, endToken),
  };
}

const TOOL = chatToolOf(PROBE_TOOL);

function endTokenOf(tokenizer: Tokenizer, probe: Probe): string {
  const text = probe.text([userSays('hi'), assistantSays(MARK)]);
  const mark = text?.indexOf(MARK) ?? -1;
  if (text === null || mark < 0) {
    throw new RangeError('rendererFor: a template must write what the assistant said, got one that does not');
  }
  const tail = text.slice(mark + MARK.length);
  const found = [...tokenizer.specialTokens.keys()]
    .map((token) => ({ token, at: tail.indexOf(token) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.token.length - a.token.length)[0];
  if (found === undefined) {
    throw new RangeError(
      'rendererFor: a template must write a special token of the tokenizer after what the assistant said, so that an ' +
        `action can end, got ${JSON.stringify(tail)}`,
    );
  }
  return found.token;
}

/** What the template makes of a call, from where the policy goes on to the end token; `null`: it does not write calls. */
function writtenCall(probe: Probe, endToken: string): string | null {
  for (const id of ['call_0', 'call00000']) {
    const format = { ...hermesFormat, callId: () => id };
    const asked = [userSays('hi')];
    const call = callingMessage({ format, callForm: 'tool_calls' });
    const answered = [...asked, call, ...resultMessages({ format, resultRole: 'tool' }, [{ text: '42' }])];
    for (const tools of [[TOOL], undefined]) {
      const given = tools === undefined ? {} : { tools };
      const before = probe.text(asked, { open: true, ...given }) ?? '';
      const text = probe.text(answered, given) ?? probe.text([...asked, call], given);
      const mark = text?.indexOf(MARK) ?? -1;
      if (text === null || mark < 0) continue;
      const end = text.indexOf(endToken, mark);
      return text.slice(commonPrefix(before, text), end < 0 ? text.length : end);
    }
  }
  return null;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

function formatOf({ tokenizer, formats }: TraitOptions, written: string | null): ToolFormat {
  if (written === null) {
    const hasTags = ['<tool_call>', '</tool_call>'].every((tag) => tokenizer.specialTokens.has(tag));
    return hasTags ? hermesFormat : fencedFormat;
  }
  const found = formats.find((format) => readsBack(tokenizer, format, written));
  if (found === undefined) {
    throw new RangeError(
      `rendererFor: a template must write calls in a format that is known (${formats.map(({ name }) => name).join(', ')}), ` +
        `got ${JSON.stringify(written.slice(0, 200))}; a format of your own can be given`,
    );
  }
  return found;
}

/** Whether the format reads the probe's call, and only that, in what the template wrote. */
function readsBack(tokenizer: Tokenizer, format: ToolFormat, written: string): boolean {
  const { calls } = readWritten(tokenizer, tokenizer.encodeMarked(written), { format, tools: [PROBE_TOOL] });
  const [only] = calls;
  if (calls.length !== 1 || only?.status !== 'valid') return false;
  const { word, count } = only.call.arguments;
  return only.call.name === PROBE_TOOL.name && word === MARK && count === 7;
}

function resultRoleOf(probe: Probe, format: ToolFormat, writesCalls: boolean): 'tool' | 'user' {
  const callForm = writesCalls ? 'tool_calls' : 'content';
  const messages = [
    userSays('hi'),
    callingMessage({ format, callForm }),
    ...resultMessages({ format, resultRole: 'tool' }, [{ text: 'qzresultqz' }]),
  ];
  return probe.text(messages, { open: true })?.includes('qzresultqz') ? 'tool' : 'user';
}

/**
 * In which form of the calls the template writes what follows an action. Some refuse several calls in a message but not
 * several results after one, so calls as text are taken when they give the same for one result.
 *
 * @throws RangeError when what follows an action depends on what came before it, or repeats the arguments of a call.
 */
function suffixForm(
  probe: Probe,
  conversation: ConversationForm,
  endToken: string,
): Pick<TemplateTraits, 'callForm' | 'severalCalls'> {
  const suffix = (callForm: CallForm, count: number, before: readonly ChatMessage[] = [], tools = [TOOL]) => {
    const form = { ...conversation, callForm };
    const results = Array.from({ length: count }, (_, i) => ({ text: `result ${i}` }));
    const calls = results.map(() => ({ name: PROBE_TOOL.name }));
    const messages = [...before, userSays('hi'), callingMessage(form, { calls }), ...resultMessages(form, results)];
    return afterAction(probe.text(messages, { open: true, ...(tools.length === 0 ? {} : { tools }) }), endToken);
  };
  const { callForm } = conversation;
  const single = suffix(callForm, 1);
  const others = [
    [userSays('hello'), assistantSays('hello')],
    [systemSays('Be brief.')],
    [userSays('hello'), assistantSays('hello'), userSays('hi'), assistantSays('hi')],
  ].map((before) => suffix(callForm, 1, before));
  others.push(suffix(callForm, 1, [], []));
  const other = others.find((text) => text !== null && text !== single);
  if (single === null || other !== undefined) {
    throw new RangeError(
      'rendererFor: what a template writes after an action must not depend on what came before, ' +
        `got ${JSON.stringify(single)} and ${JSON.stringify(other ?? null)}`,
    );
  }
  if (single.includes(MARK)) {
    throw new RangeError(
      'rendererFor: what a template writes after an action must not repeat the arguments of a call, which are never ' +
        `written again, got ${JSON.stringify(single)}`,
    );
  }
  if (suffix(callForm, 2) !== null) return { callForm, severalCalls: true };
  const asText = suffix('content', 1) === single && suffix('content', 2) !== null;
  return asText ? { callForm: 'content', severalCalls: true } : { callForm, severalCalls: false };
}
