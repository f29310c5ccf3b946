import type { ToolCall } from '@turnwise/trajectory';
import { describe, expect, it } from 'vitest';
import { broken, DEFINITIONS, js, trajectoryOf } from '../test/written-group.js';
import { callCode, trajectoryCode } from './call-code.js';

const call = (name: string, args: Record<string, unknown>): ToolCall => ({ id: 'c', name, arguments: args });

describe('callCode', () => {
  it('is the source of a tool that takes code', () => {
    expect(callCode(call('js', { code: '1 + 1', timeout: 5 }), DEFINITIONS)).toBe('1 + 1');
  });

  it('is canonical JSON of any other call: the same whatever the order of its arguments', () => {
    const expected = '{"arguments":{"fact":"mia.boss","limit":{"a":1,"b":[2]}},"name":"look"}';
    expect(callCode(call('look', { limit: { b: [2], a: 1 }, fact: 'mia.boss' }), DEFINITIONS)).toBe(expected);
    expect(callCode(call('look', { fact: 'mia.boss', limit: { a: 1, b: [2] } }), DEFINITIONS)).toBe(expected);
  });

  it('is canonical JSON when the source is no text or the tool is not known', () => {
    expect(callCode(call('js', { code: 3 }), DEFINITIONS)).toBe('{"arguments":{"code":3},"name":"js"}');
    expect(callCode(call('py', { code: 'x' }), DEFINITIONS)).toBe('{"arguments":{"code":"x"},"name":"py"}');
  });
});

describe('trajectoryCode', () => {
  it('joins the valid calls of all turns in order', () => {
    const look = { status: 'valid', call: call('look', { fact: 'a.b' }) } as const;
    const trajectory = trajectoryOf({ turns: [[js('let a = 1'), broken], [], [js(' '), look], [js('a + 1')]] });
    expect(trajectoryCode(trajectory, DEFINITIONS)).toBe(
      'let a = 1\n{"arguments":{"fact":"a.b"},"name":"look"}\na + 1',
    );
  });

  it('is empty without a valid call', () => {
    expect(trajectoryCode(trajectoryOf({ turns: [[broken], []] }), DEFINITIONS)).toBe('');
  });
});
