import { describe, expect, test } from 'vitest';
import { fencedFormat } from '../src/index.js';
import { tokenizerOf } from './families.js';
import { openFamily, tools } from './open-family.js';

const user = (content: string) => ({ role: 'user', content }) as const;

const qwen = await openFamily('qwen3');

describe('actions', () => {
  test('reasoning is neither said nor called', () => {
    const call = '<tool_call>\n{"name": "js", "arguments": {"code": "1"}}\n</tool_call>';
    expect(qwen.read(`<think>\n${call}\n</think>\n\n42`)).toMatchObject({ toolCalls: [], answer: '42' });
    expect(qwen.read(`<think>\nhm\n</think>\n\n${call}`)).toMatchObject({
      toolCalls: [{ status: 'valid' }],
      answer: null,
    });
    expect(qwen.read(`<think>\n${call} 42`)).toMatchObject({ toolCalls: [], answer: null });
  });

  test('reasoning stays in the sequence, as the template keeps it until the user speaks again', () => {
    const { renderer, template, tokenizer, act } = qwen;
    const thought = '<think>\nhm\n</think>\n\nI look.';
    const call = '<tool_call>\n{"name": "js", "arguments": {"code": "1"}}\n</tool_call>';
    const asked = { role: 'user', content: '1?' } as const;
    const ids = [...renderer.prompt([asked], []), ...act(`${thought}\n${call}`)];
    ids.push(...renderer.observation({ role: 'tool', results: [{ status: 'ok', text: '1' }] }));
    const called = { type: 'function', function: { name: 'js', arguments: { code: '1' } } } as const;
    const messages = [
      asked,
      { role: 'assistant', content: thought, tool_calls: [called] },
      { role: 'tool', content: '1' },
    ];
    expect(ids).toEqual(tokenizer.encodeMarked(template.render({ messages, addGenerationPrompt: true })));
    // What it would drop once the user spoke again is why a task has one question.
    const again = template.render({ messages: [...messages, { role: 'assistant', content: '1' }, asked] });
    expect(again).not.toContain('hm');
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
    const mistral = await openFamily('mistral');
    const message = mistral.read('[TOOL_CALLS][{"name": "js", "arguments": {"code": "1"}, "id": "Zz0123456"}]');
    expect(mistral.observed([{ status: 'error', text: 'no' }], message)).toBe(
      '[TOOL_RESULTS]{"content": error: no, "call_id": "Zz0123456"}[/TOOL_RESULTS]',
    );
  });

  test('an id that the template refuses is not repeated', async () => {
    const mistral = await openFamily('mistral');
    const message = mistral.read('[TOOL_CALLS][{"name": "js", "arguments": {"code": "1"}, "id": "1"}]');
    expect(mistral.observed([{ status: 'ok', text: '1' }], message)).toContain('"call_id": "call00000"');
  });

  test('a template that answers one call at a time is asked as if the calls were text', async () => {
    const llama = await openFamily('llama3');
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
    const { renderer, read } = await openFamily('llama3', { endTokenIds: [tokenizer.idOf('<|eom_id|>')] });
    expect(renderer.stopTokenIds).toEqual([tokenizer.idOf('<|eot_id|>'), tokenizer.idOf('<|eom_id|>')]);
    expect(read('42', '<|eom_id|>').answer).toBe('42');
  });
});

test('options: how an answer is found, and how long a result may be', async () => {
  const { read, observed } = await openFamily('qwen2.5', {
    answer: (said) => /<answer>(.*?)<\/answer>/s.exec(said)?.[1] ?? null,
    maxResultCharacters: 5,
  });
  expect(read('It is <answer>42</answer>.').answer).toBe('42');
  expect(read('It is 42.').answer).toBeNull();
  expect(observed([{ status: 'ok', text: '123456' }])).toContain('\n1234~\n');
});

test('a format can be taken without looking', async () => {
  const { format, read, renderer, tokenizer } = await openFamily('qwen2.5', { format: fencedFormat });
  expect(format).toBe('fenced');
  expect(read('```js\n1\n```').toolCalls).toMatchObject([{ status: 'valid', call: { arguments: { code: '1' } } }]);
  const prompt = tokenizer.decode(renderer.prompt([user('hi')], tools));
  expect(prompt).toContain('```js');
  expect(prompt).not.toContain('<tools>');
});
