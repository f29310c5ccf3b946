import { describe, expect, test } from 'vitest';
import { characterTokenizer, chatTemplate, hermesFormat, rendererFor, type ToolFormat } from '../src/index.js';
import { data } from './data.js';
import { FAMILIES, templateOf, tokenizerOf } from './families.js';

const tokenizer = await tokenizerOf('qwen');
const refused = async (name: string) => chatTemplate(await data(`refused-templates/${name}.jinja`));

describe('refused templates', () => {
  test.each([
    ['drops-reasoning', 'a template must not rewrite history, got one that drops the reasoning of an action'],
    ['forgets-results', 'a template must not rewrite history, got another text after turn 2 of a call: '],
    ['forgets-tools', 'a template must not rewrite history, got another text after turn 1 of a call: '],
    ['opens-reasoning', 'a template must not rewrite history, got another text after turn 1 of a call: '],
    ['counts-turns', 'what a template writes after an action must not depend on what came before, got '],
    [
      'xml-calls',
      'a template must write calls in a format that is known (hermes, mistral, mistral-args, llama, fenced), got ',
    ],
    ['no-end', 'a template must write a special token of the tokenizer after what the assistant said, '],
  ])('%s', async (name, reason) => {
    const template = await refused(name);
    expect(() => rendererFor({ tokenizer, template })).toThrow(RangeError);
    expect(() => rendererFor({ tokenizer, template })).toThrow(`rendererFor: ${reason}`);
  });

  test('one that throws, in its own words', async () => {
    const template = await refused('throws');
    expect(() => rendererFor({ tokenizer, template })).toThrow('chat template: this model does not chat');
  });

  test('one that needs a date, until it is given', async () => {
    const template = await refused('needs-date');
    expect(() => rendererFor({ tokenizer, template })).toThrow('(it writes the date: give `now`)');
    expect(rendererFor({ tokenizer, template, now: new Date(0) }).format).toBe('hermes');
  });
});

test('a format of your own is looked for first', async () => {
  const own: ToolFormat = {
    ...hermesFormat,
    name: 'own',
    read({ text, tools }) {
      const [, name = '', word = ''] = /<call tool="(.*?)">(.*?)<\/call>/s.exec(text) ?? [];
      const known = tools.some((tool) => tool.name === name);
      const call = { id: 'call_0', name, arguments: { word, count: 7 } };
      return { said: '', calls: known ? [{ status: 'valid', call }] : [] };
    },
  };
  const chosen = rendererFor({ tokenizer, template: await refused('xml-calls'), formats: [own] });
  expect(chosen.format).toBe('own');
});

test('where the vocabulary has no tags for calls, a template without calls gets fenced code', async () => {
  const plain = chatTemplate(
    (await data('templates/chatml.jinja')).replaceAll('<|im_start|>', '<s>').replaceAll('<|im_end|>', '</s>'),
  );
  expect(rendererFor({ tokenizer: await tokenizerOf('llama2'), template: plain }).format).toBe('fenced');
});

test('without a template the tags of the tagged format decide', () => {
  const { renderer, format } = rendererFor({ tokenizer: characterTokenizer(), maxResultCharacters: 4 });
  expect(format).toBe('tagged');
  expect(renderer.decode(renderer.observation({ role: 'tool', results: [{ status: 'ok', text: '12345' }] }))).toBe(
    '<result>123~</result>',
  );
  expect(() => rendererFor({ tokenizer })).toThrow(
    'rendererFor: a model must have a chat template, or a vocabulary with the tags of the tagged format, got none and no <user>',
  );
});

test('an end token that the tokenizer lacks is refused', async () => {
  const template = await templateOf(FAMILIES[0]);
  expect(() => rendererFor({ tokenizer, template, endTokenIds: [99_999] })).toThrow(
    new RangeError('tokenOf: id must be in the vocabulary, got 99999'),
  );
});

test('where only one call can be answered, several are one mistake, and it can be told', async () => {
  const source = (await data('templates/chatml.jinja')).replace(
    '{% for message in messages %}',
    "{% for message in messages %}{% if loop.index0 > 0 and message.role == 'tool' and " +
      "messages[loop.index0 - 1].role == 'tool' %}{{ raise_exception('one result at a time') }}{% endif %}",
  );
  const { renderer, reasons } = rendererFor({ tokenizer, template: chatTemplate(source) });
  expect(reasons).toContain('It answers one call at a time.');
  const call = '<tool_call>{"name": "js", "arguments": {}}</tool_call>';
  const tools = [{ name: 'js', description: '', inputSchema: { type: 'object' } }];
  const action = renderer.action(tokenizer.encodeMarked(`${call}${call}<|im_end|>`), tools);
  expect(action.toolCalls).toEqual([
    { status: 'invalid', reason: 'unparsable', raw: `${call}${call}`, message: 'one call at a time' },
  ]);
  const results = [{ status: 'error', text: 'one call at a time' }] as const;
  expect(tokenizer.decode(renderer.observation({ role: 'tool', results }, action))).toBe(
    '\n<|im_start|>tool\nerror: one call at a time<|im_end|>\n<|im_start|>assistant\n',
  );
});

test('a system message that the template does not keep goes before the first question', async () => {
  const mistral = await tokenizerOf('mistral');
  const { renderer, reasons } = rendererFor({
    tokenizer: mistral,
    template: await templateOf({ name: 'mistral', kind: 'mistral' }),
  });
  expect(reasons).toContain('It does not keep a system message: what that says goes before the first user message.');
  const prompt = renderer.prompt(
    [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
    ],
    [],
  );
  expect(mistral.decode(prompt)).toBe('<s>[INST]Be brief.\n\nhi[/INST]');
  expect(() => renderer.prompt([{ role: 'system', content: 'Be brief.' }], [])).toThrow(
    'chatRenderer.prompt: the template keeps no system message, so a user message must follow one, got none',
  );
});

describe('a template that repeats a call beside its result', () => {
  /** Writes calls as Qwen does, and before a result what `repeated` gives for the call `made`. */
  const repeating = (repeated: string) =>
    chatTemplate(
      '{% for message in messages %}' +
        "{% if message.role == 'tool' %}{% set made = messages[loop.index0 - 1].tool_calls[0] %}" +
        `<|im_start|>tool ${repeated}: {{ message.content }}<|im_end|>\n` +
        '{% else %}<|im_start|>{{ message.role }}\n{{ message.content }}' +
        '{% for call in message.tool_calls or [] %}<tool_call>\n{"name": "{{ call.function.name }}", ' +
        '"arguments": {{ call.function.arguments | tojson }}}\n</tool_call>{% endfor %}<|im_end|>\n{% endif %}' +
        '{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}',
    );
  const tools = [{ name: 'js', description: '', inputSchema: { type: 'object' } }];

  test('writes the name of the call that was made, never that of a probe', () => {
    const template = repeating('{{ made.function.name }} {{ message.name }}');
    const { renderer } = rendererFor({ tokenizer, template });
    const observed = (written: string) => {
      const action = renderer.action(tokenizer.encodeMarked(`<tool_call>${written}</tool_call><|im_end|>`), tools);
      const results = [{ status: 'ok', text: '42' }] as const;
      return tokenizer.decode(renderer.observation({ role: 'tool', results }, action));
    };
    expect(observed('{"name": "js", "arguments": {}}')).toBe(
      '\n<|im_start|>tool js js: 42<|im_end|>\n<|im_start|>assistant\n',
    );
    // A call that could not be read has no name.
    expect(observed('{"name": ')).toBe('\n<|im_start|>tool tool tool: 42<|im_end|>\n<|im_start|>assistant\n');
  });

  test('is refused when it repeats the arguments, which are never written again', () => {
    const template = repeating('{{ made.function.arguments | tojson }}');
    expect(() => rendererFor({ tokenizer, template })).toThrow(
      'rendererFor: what a template writes after an action must not repeat the arguments of a call',
    );
  });
});
