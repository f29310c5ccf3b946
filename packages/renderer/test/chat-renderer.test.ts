import type { ActionMessage, ToolDefinition, ToolResult } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatTokenIds, fencedFormat, type RendererForOptions, rendererFor } from '../src/index.js';
import { FAMILIES, templateOf, tokenizerOf } from './families.js';

const js: ToolDefinition = {
  name: 'js',
  description: 'Runs JavaScript.',
  inputSchema: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
  codeArgument: 'code',
};
const tools = [js];
const user = (content: string) => ({ role: 'user', content }) as const;
const system = (content: string) => ({ role: 'system', content }) as const;

async function family(name: string, options: Partial<RendererForOptions> = {}) {
  const row = FAMILIES.find((candidate) => candidate.name === name);
  if (row === undefined) throw new RangeError(`family: must be a test family, got ${name}`);
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

const families = await Promise.all(
  FAMILIES.map(async (row) => ({ ...row, ...(await family(row.name)), expected: row.format })),
);

describe.each(families)('$name', ({ name, expected: format, renderer, tokenizer, template, ...chosen }) => {
  const special = [...tokenizer.specialTokens.keys()];
  const controls = (ids: readonly number[]) => ids.filter((id) => tokenizer.isSpecial(id));

  test('the format is found', () => {
    expect(chosen.format).toBe(format);
    expect(chosen.reasons.join(' ')).toContain(`format ${format}.`);
  });

  test('the prompt holds what was asked and which tools there are', () => {
    const prompt = tokenizer.decode(renderer.prompt([system('Be brief.'), user('What is 6*7?')], tools));
    for (const text of ['Be brief.', 'What is 6*7?', 'js', 'Runs JavaScript.']) expect(prompt).toContain(text);
  });

  test('no text of others becomes a special token', () => {
    const attack = `a${special.join('')} ${special.join(' ')}b`;
    const harmless = 'a b';
    const prompt = (text: string) =>
      renderer.prompt(
        [system(text), user(text), { role: 'assistant', content: text }, user(text)],
        [{ ...js, description: text }],
      );
    expect(controls(prompt(attack))).toEqual(controls(prompt(harmless)));
    const observation = (text: string) => renderer.observation({ role: 'tool', results: [{ status: 'ok', text }] });
    expect(controls(observation(attack))).toEqual(controls(observation(harmless)));
    // It is there all the same, as it was written, but for the quotation marks of JSON.
    expect(tokenizer.decode(observation(attack))).toContain(special[0]);
  });

  test('a text that uses up every noncharacter is no way around it', () => {
    const nonchars = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0xfdd0 + i)).join('');
    const observation = (text: string) => renderer.observation({ role: 'tool', results: [{ status: 'ok', text }] });
    expect(controls(observation(`${nonchars}${special.join('')}`))).toEqual(controls(observation('a')));
  });

  test('property: no piece of a special token makes one, wherever text is put together', () => {
    const piece = fc.oneof(
      fc.constantFrom(...special).chain((token) => fc.nat(token.length).map((n) => token.slice(0, n))),
      fc.constantFrom(...special).chain((token) => fc.nat(token.length).map((n) => token.slice(n))),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    const expected = controls(renderer.observation({ role: 'tool', results: [{ status: 'ok', text: 'a' }] }));
    fc.assert(
      fc.property(text, (given) => {
        const ids = renderer.observation({ role: 'tool', results: [{ status: 'ok', text: given }] });
        expect(controls(ids).filter((id) => id !== tokenizer.specialTokens.get('<unk>'))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('property: prompt, actions and observations are what the template writes of the whole conversation', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', '1', '"', '\\', '+', 'é', '三', '\n', ' '),
      maxLength: 8,
    });
    const solid = word.map((text) => `x${text}x`);
    fc.assert(
      fc.property(solid, fc.array(fc.tuple(solid, solid), { minLength: 1, maxLength: 3 }), (question, turns) => {
        const messages: Parameters<typeof template.render>[0]['messages'][number][] = [user(question)];
        let ids = renderer.prompt([user(question)], format === 'fenced' || name === 'chatml' ? [] : tools);
        for (const [code, result] of turns) {
          const call = { id: 'call00000', name: 'js', arguments: { code } };
          const written = name === 'llama2' ? `\`\`\`js\n${code}\n\`\`\`` : writtenCall(format, code);
          const action = chosen.act(written);
          const message = renderer.action(action, tools);
          expect(message.toolCalls).toMatchObject([{ status: 'valid', call: { arguments: { code } } }]);
          const observation = renderer.observation(
            { role: 'tool', results: [{ status: 'ok', text: result }] },
            message,
          );
          ids = [...ids, ...action, ...observation];
          const asText = format === 'fenced' || name === 'chatml';
          const { name: tool, ...rest } = call;
          messages.push(
            asText
              ? { role: 'assistant', content: written }
              : {
                  role: 'assistant',
                  content: '',
                  tool_calls: [{ type: 'function', id: call.id, function: { name: tool, arguments: rest.arguments } }],
                },
            name === 'llama2' ? user(result) : { role: 'tool', content: result, tool_call_id: call.id, name: tool },
          );
        }
        const told =
          format === 'fenced' || name === 'chatml'
            ? {}
            : {
                tools: [
                  {
                    type: 'function' as const,
                    function: { name: js.name, description: js.description, parameters: js.inputSchema },
                  },
                ],
              };
        const whole = template.render({ messages, addGenerationPrompt: true, ...told });
        // Llama 2's template puts spaces around what was said, which a policy need not write.
        if (name === 'llama2') expect(tokenizer.decode(ids).replaceAll(/ +/g, '')).toBe(whole.replaceAll(/ +/g, ''));
        else {
          expect(tokenizer.decode(ids)).toBe(
            tokenizer.decode(chatTokenIds(tokenizer, template, { messages, addGenerationPrompt: true, ...told })),
          );
          expect(ids).toEqual(tokenizer.encodeMarked(whole));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('property: reading an action never throws, and leaves the ids alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(tokenizer.vocabularySize + 5), { maxLength: 20 }), (sampled) => {
        const before = [...sampled];
        const message = renderer.action(sampled, tools);
        expect(sampled).toEqual(before);
        expect(message.content).toBe(renderer.decode(sampled));
        expect(message.answer === null || message.toolCalls.length === 0).toBe(true);
        const results = message.toolCalls.map((): ToolResult => ({ status: 'error', text: 'no' }));
        if (results.length > 0) expect(renderer.observation({ role: 'tool', results }, message)).not.toEqual([]);
      }),
    );
  });

  test('what a policy says is its answer, if it ended it itself', () => {
    expect(chosen.read(' It is 42.\n')).toMatchObject({ toolCalls: [], answer: 'It is 42.' });
    expect(chosen.read('It is 4', '')).toMatchObject({ toolCalls: [], answer: null });
    expect(chosen.read('')).toMatchObject({ toolCalls: [], answer: null });
  });
});

function writtenCall(format: string, code: string): string {
  const given = JSON.stringify(code);
  switch (format) {
    case 'hermes':
      return `<tool_call>\n{"name": "js", "arguments": {"code": ${given}}}\n</tool_call>`;
    case 'llama':
      return `{"name": "js", "parameters": {"code": ${given}}}`;
    case 'mistral':
      return `[TOOL_CALLS][{"name": "js", "arguments": {"code": ${given}}, "id": "call00000"}]`;
    default:
      return `[TOOL_CALLS]js[ARGS]{"code": ${given}}`;
  }
}

describe('actions', () => {
  const qwen = families.find(({ name }) => name === 'qwen3') as (typeof families)[number];

  test('reasoning is neither said nor called', () => {
    const call = '<tool_call>\n{"name": "js", "arguments": {"code": "1"}}\n</tool_call>';
    expect(qwen.read(`<think>\n${call}\n</think>\n\n42`)).toMatchObject({ toolCalls: [], answer: '42' });
    expect(qwen.read(`<think>\nhm\n</think>\n\n${call}`)).toMatchObject({
      toolCalls: [{ status: 'valid' }],
      answer: null,
    });
    expect(qwen.read(`<think>\n${call} 42`)).toMatchObject({ toolCalls: [], answer: null });
  });

  test('several calls have several results, in order', () => {
    const call = (code: string) => `<tool_call>\n{"name": "js", "arguments": {"code": "${code}"}}\n</tool_call>`;
    const message = qwen.read(`${call('1')}\n${call('2')}`);
    expect(message.toolCalls.map((parsed) => parsed.status === 'valid' && parsed.call.id)).toEqual([
      'call_0',
      'call_1',
    ]);
    expect(
      qwen.observed(
        [
          { status: 'ok', text: 'one' },
          { status: 'timeout', text: '' },
        ],
        message,
      ),
    ).toBe(
      '\n<|im_start|>user\n<tool_response>\none\n</tool_response>\n<tool_response>\ntimeout\n</tool_response><|im_end|>\n' +
        '<|im_start|>assistant\n',
    );
  });

  test('a result repeats the id that the policy wrote', async () => {
    const mistral = await family('mistral');
    const message = mistral.read('[TOOL_CALLS][{"name": "js", "arguments": {"code": "1"}, "id": "Zz0123456"}]');
    expect(mistral.observed([{ status: 'error', text: 'no' }], message)).toBe(
      '[TOOL_RESULTS]{"content": error: no, "call_id": "Zz0123456"}[/TOOL_RESULTS]',
    );
  });

  test('an id that the template refuses is not repeated', async () => {
    const mistral = await family('mistral');
    const message = mistral.read('[TOOL_CALLS][{"name": "js", "arguments": {"code": "1"}, "id": "1"}]');
    expect(mistral.observed([{ status: 'ok', text: '1' }], message)).toContain('"call_id": "call00000"');
  });

  test('a template that answers one call at a time is asked as if the calls were text', async () => {
    const llama = await family('llama3');
    const message = llama.read(
      '{"name": "js", "parameters": {"code": "1"}}; {"name": "js", "parameters": {"code": "2"}}',
    );
    expect(message.toolCalls).toHaveLength(2);
    const ipython = (text: string) => `<|start_header_id|>ipython<|end_header_id|>\n\n"${text}"<|eot_id|>`;
    expect(
      llama.observed(
        [
          { status: 'ok', text: '1' },
          { status: 'ok', text: '2' },
        ],
        message,
      ),
    ).toBe(`${ipython('1')}${ipython('2')}<|start_header_id|>assistant<|end_header_id|>\n\n`);
  });

  test('another end token ends an action too', async () => {
    const tokenizer = await tokenizerOf('llama3');
    const { renderer, read } = await family('llama3', { endTokenIds: [tokenizer.idOf('<|eom_id|>')] });
    expect(renderer.stopTokenIds).toEqual([tokenizer.idOf('<|eot_id|>'), tokenizer.idOf('<|eom_id|>')]);
    expect(read('42', '<|eom_id|>').answer).toBe('42');
  });
});

test('options: how an answer is found, and how long a result may be', async () => {
  const { read, observed } = await family('qwen2.5', {
    answer: (said) => /<answer>(.*?)<\/answer>/s.exec(said)?.[1] ?? null,
    maxResultCharacters: 5,
  });
  expect(read('It is <answer>42</answer>.').answer).toBe('42');
  expect(read('It is 42.').answer).toBeNull();
  expect(observed([{ status: 'ok', text: '123456' }])).toContain('\n1234~\n');
});

test('a format can be taken without looking', async () => {
  const { format, read, renderer, tokenizer } = await family('qwen2.5', { format: fencedFormat });
  expect(format).toBe('fenced');
  expect(read('```js\n1\n```').toolCalls).toMatchObject([{ status: 'valid', call: { arguments: { code: '1' } } }]);
  const prompt = tokenizer.decode(renderer.prompt([user('hi')], tools));
  expect(prompt).toContain('```js');
  expect(prompt).not.toContain('<tools>');
});
