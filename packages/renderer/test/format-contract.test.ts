import type { ToolCall } from '@turnwise/trajectory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fencedFormat, hermesFormat, llamaFormat, mistralArgsFormat, mistralFormat } from '../src/index.js';
import { read, readTokens, tools } from './format-tools.js';

const argument = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '`', '\n', '}', ']', '<', '\u2028', 'é', '😀', ' '),
  maxLength: 12,
});
const anyCall = fc.oneof(
  argument.map((code) => ({ name: 'js', arguments: { code } })),
  fc.record({ name: argument, deep: fc.jsonValue() }).map((given) => ({ name: 'find', arguments: given })),
);

describe.each([hermesFormat, llamaFormat, mistralFormat, mistralArgsFormat, fencedFormat])('$name', (format) => {
  const idOf = (i: number) => format.callId?.(i) ?? `call_${i}`;

  test('property: what it writes is what it reads, tags as tokens or as text', () => {
    fc.assert(
      fc.property(fc.array(anyCall, { minLength: 1, maxLength: 3 }), (given) => {
        // What JSON keeps of a value: -0 becomes 0.
        const calls = given.map((call, i): ToolCall => ({ ...JSON.parse(JSON.stringify(call)), id: idOf(i) }));
        const written = format.write(calls, tools);
        const tokens = written.replaceAll(
          /^<\/?tool_call>$|\[TOOL_CALLS\](?=js\[|find\[|list\[| \[\{"name)|(?<=^\[TOOL_CALLS\](?:js|find|list))\[ARGS\]/gmu,
          '\ufdd0$&\ufdd0',
        );
        for (const got of [
          read(format, written),
          ...(format === mistralArgsFormat ? [] : [readTokens(format, tokens)]),
        ]) {
          expect(got.said).toBe('');
          const stripped = got.calls.map((parsed) => {
            if (parsed.status === 'invalid') return parsed;
            const { rawArguments: _, ...call } = parsed.call;
            return call;
          });
          expect(stripped).toEqual(calls);
        }
      }),
    );
  });

  test('property: nothing that a policy writes throws', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<tool_call>',
        '</tool_call>',
        '[TOOL_CALLS]',
        '[ARGS]',
        '[CALL_ID]',
        '<|python_tag|>',
        '```',
        '```js',
        '\n',
        '{"name":"js"',
        '{"name":"list"}',
        '[',
        ']',
        '{',
        '}',
        '"',
        ';',
        '\ufdd0',
      ),
      fc.string({ unit: 'binary', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        for (const got of [read(format, pieces.join('')), readTokens(format, pieces.join(''))]) {
          for (const call of got.calls) if (call.status === 'invalid') expect(call.message).not.toBe('');
        }
      }),
    );
  });

  test('its description names every tool', () => {
    for (const { name } of tools) expect(format.describe(tools)).toContain(name);
  });
});
