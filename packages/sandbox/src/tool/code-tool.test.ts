import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool, createSandbox, type Sandbox, type SandboxSession, type Tool } from '../index.js';
import { codeTool } from './code-tool.js';

let sandbox: Sandbox;
let session: SandboxSession;
let tool: Tool;
beforeAll(async () => {
  sandbox = await createSandbox({ children: 1, limits: { cpuMs: 200 } });
  session = await sandbox.session();
  tool = codeTool({ runner: session, language: 'javascript' }) as Tool;
});
afterAll(() => sandbox?.close());

test('names the argument that holds the code', () => {
  expect([tool.name, tool.codeArgument, tool.inputSchema['required']]).toEqual(['run_javascript', 'code', ['code']]);
});

test('answers with what the code printed and its value, and keeps the session', async () => {
  expect(await callTool(tool, { code: 'var x = 1; console.log("a"); x' })).toEqual({ status: 'ok', text: 'a\n1' });
  expect(await callTool(tool, { code: 'x + 1' })).toEqual({ status: 'ok', text: '2' });
});

test.each([
  ['null.x', /^tool run_javascript: TypeError: /],
  ['while (true) {}', /^tool run_javascript: the time limit is 200 ms$/],
])('tells what is wrong with %s', async (code, text) => {
  expect(await callTool(tool, { code })).toEqual({ status: 'error', text: expect.stringMatching(text) });
});

test('a failure of ours is none of the code', async () => {
  expect(await callTool(tool, { code: '1' }, { signal: AbortSignal.abort() })).toMatchObject({
    status: 'infrastructure-failure',
  });
  await session.close();
  expect(await callTool(tool, { code: '1' })).toMatchObject({ status: 'infrastructure-failure' });
});
