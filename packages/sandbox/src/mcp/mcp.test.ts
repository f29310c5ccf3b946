import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { add, fail } from '../../test/adapters-fixture.js';
import { callTool, createSandbox, type Tool } from '../index.js';
import { mcpServer, mcpTools } from './index.js';

/** A client that is connected to a server, both of the real SDK. */
async function connected(server: { connect(transport: InMemoryTransport): Promise<void> }): Promise<Client> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1.0.0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

function townServer(): McpServer {
  const server = new McpServer({ name: 'town', version: '1.0.0' });
  server.registerTool('weather.now', { inputSchema: { city: z.string() } }, async ({ city }) => {
    if (city === 'Nowhere') return { isError: true, content: [{ type: 'text', text: 'no such city' }] };
    return {
      content: [
        { type: 'text', text: `Sun in ${city}` },
        { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      ],
    };
  });
  server.registerTool('hang', { description: 'Never ends.' }, () => new Promise(() => {}));
  return server;
}

const named = (tools: readonly Tool[], name: string): Tool => tools.find((tool) => tool.name === name) as Tool;

test("an MCP server's tools are tools of ours", async () => {
  const client = await connected(townServer());
  const tools = await mcpTools(client);
  expect(tools.map(({ name, description }) => [name, description])).toEqual([
    ['weather_now', 'weather.now'],
    ['hang', 'Never ends.'],
  ]);
  const weather = named(tools, 'weather_now');
  expect(await callTool(weather, { city: 'Rome' })).toEqual({ status: 'ok', text: 'Sun in Rome\n[image, image/png]' });
  expect(await callTool(weather, { city: 'Nowhere' })).toEqual({
    status: 'error',
    text: 'tool weather_now: no such city',
  });
  expect((await callTool(weather, { city: 3 })).status).toBe('error');
  expect((await callTool(named(tools, 'hang'), {}, { toolMs: 30 })).status).toBe('timeout');
  await client.close();
  expect(await callTool(weather, { city: 'Rome' })).toEqual({
    status: 'infrastructure-failure',
    text: 'tool weather_now failed',
  });
});

test('code in a session calls the tools of an MCP server', async () => {
  const client = await connected(townServer());
  await using sandbox = await createSandbox({ children: 1 });
  await using session = await sandbox.session({ tools: await mcpTools(client) });
  const result = await session.run('(await tools.weather_now({ city: "Oslo" })).split("\\n")[0]');
  expect(result).toEqual({ status: 'ok', text: 'Sun in Oslo' });
  await client.close();
});

test('our tools are an MCP server', async () => {
  const client = await connected(mcpServer([add, fail], { name: 'ours', version: '0.1.0', toolMs: 30 }));
  const { tools } = await client.listTools();
  expect(tools).toMatchObject([
    { name: 'add', description: 'Adds two numbers.', inputSchema: { type: 'object', required: ['a'] } },
    { name: 'fail' },
  ]);
  const answer = async (name: string, args: Record<string, unknown>) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    return [(content as { text: string }[])[0]?.text, isError];
  };
  expect(await answer('add', { a: 2 })).toEqual(['12', false]);
  expect(await answer('fail', { how: 'told' })).toEqual(['tool fail: no such city', true]);
  expect(await answer('fail', { how: 'untold' })).toEqual(['tool fail failed', true]);
  expect(await answer('fail', { how: 'late' })).toEqual(['tool fail: the time limit is 30 ms', true]);
  expect((await answer('add', { a: 'x' }))[1]).toBe(true);
  await expect(client.callTool({ name: 'gone' })).rejects.toThrow(/no such tool; there are add, fail/);
  await client.close();
});

test('a tool survives the way there and back', async () => {
  const client = await connected(mcpServer([add], { name: 'ours', version: '0.1.0' }));
  const [back] = (await mcpTools(client)) as [Tool];
  expect(await callTool(back, { a: 2 })).toEqual({ status: 'ok', text: '12' });
  await client.close();
});

test('names that become one are refused', async () => {
  const server = new McpServer({ name: 'twins', version: '1.0.0' });
  server.registerTool('a.b', {}, async () => ({ content: [] }));
  server.registerTool('a_b', {}, async () => ({ content: [] }));
  const client = await connected(server);
  await expect(mcpTools(client)).rejects.toThrow(new RangeError('mcpTools: names must differ, got a_b twice'));
  await client.close();
});
