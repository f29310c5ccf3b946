import type { ToolResult } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatTokenIds } from '../src/index.js';
import { FAMILIES } from './families.js';
import { js, openFamily, tools } from './open-family.js';

const user = (content: string) => ({ role: 'user', content }) as const;
const system = (content: string) => ({ role: 'system', content }) as const;

const families = await Promise.all(
  FAMILIES.map(async (row) => ({ ...row, ...(await openFamily(row.name)), expected: row.format })),
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
