import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ToolResult } from '@turnwise/trajectory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox, SandboxBusyError, toToolResult } from '../index.js';
import { createFusionRunner, type FusionServer, serveFusion } from './index.js';

const token = 'a token of some length';
const limits = { cpuMs: 300, wallMs: 600, outputBytes: 1024, sourceBytes: 4096 };

describe('serveFusion', () => {
  let sandbox: Sandbox;
  let server: FusionServer;
  beforeAll(async () => {
    sandbox = await createSandbox({ children: 1, limits });
    server = await serveFusion({ sandboxes: { nodejs: sandbox }, token, port: 0, bodyBytes: 20_000 });
  });
  afterAll(async () => {
    await server?.close();
    await sandbox?.close();
  });

  const post = (body: unknown, headers: Record<string, string> = { authorization: `Bearer ${token}` }) =>
    fetch(`${server.url}/run_code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const run = async (code: string, more: object = {}) =>
    (await (await post({ code, language: 'nodejs', ...more })).json()) as Record<string, unknown>;

  test('answers a program that prints as SandboxFusion does', async () => {
    expect(await run('console.log("a"); console.log(1 + 1); 5')).toEqual({
      status: 'Success',
      message: '',
      compile_result: null,
      run_result: {
        status: 'Finished',
        execution_time: expect.any(Number),
        return_code: 0,
        stdout: 'a\n2\n',
        stderr: '',
      },
      executor_pod_name: null,
      files: {},
      turnwise_kind: 'ok',
    });
  });

  test.each([
    ['the whole text', 'console.log(stdin.length)', '4\n'],
    ['lines', 'for (let l; (l = readline()) !== null; ) console.log("<" + l + ">")', '<a>\n<b>\n'],
    ['the file of Node', 'console.log(require("fs").readFileSync(0, "utf8").split("\\n")[1])', 'b\n'],
  ])('gives standard input as %s', async (_name, code, stdout) => {
    expect(await run(code, { stdin: 'a\nb\n' })).toMatchObject({ status: 'Success', run_result: { stdout } });
  });

  test('says which program failed, and how', async () => {
    expect(await run('console.log("before"); null.x')).toMatchObject({
      status: 'Failed',
      run_result: {
        status: 'Finished',
        return_code: 1,
        stdout: 'before\n',
        stderr: expect.stringMatching(/^TypeError/),
      },
    });
    expect(await run('while (true) {}')).toMatchObject({
      status: 'Failed',
      run_result: { status: 'TimeLimitExceeded', return_code: null },
    });
    expect(await run('const a = []; while (true) a.push(new Array(1e5).fill(0))')).toMatchObject({
      status: 'Failed',
      run_result: { status: expect.stringMatching(/Finished|TimeLimitExceeded/) },
    });
  });

  test('a shorter time of the request holds', async () => {
    const native = 'Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0)';
    const { run_result } = (await run(native, { run_timeout: 0.1 })) as { run_result?: Record<string, unknown> };
    // A machine so busy that the code got no time to blame it for is the other answer that is right.
    expect([
      ['TimeLimitExceeded', 'the time limit is 100 ms\n'],
      ['Error', 'the child got no processor time, twice\n'],
    ]).toContainEqual([run_result?.['status'], run_result?.['stderr']]);
  });

  test.each([
    [401, 'without a token', {}, { code: '1', language: 'nodejs' }],
    [401, 'with a wrong token', { authorization: 'Bearer wrong' }, { code: '1', language: 'nodejs' }],
    [413, 'that is too long', undefined, { code: 'x'.repeat(30_000), language: 'nodejs' }],
    [415, 'of another type', { 'content-type': 'text/plain', authorization: `Bearer ${token}` }, '{}'],
    [422, 'that is no JSON', undefined, '{'],
    [422, 'without code', undefined, { language: 'nodejs' }],
    [422, 'in an unknown language', undefined, { code: '1', language: 'cobol' }],
    [422, 'with files', undefined, { code: '1', language: 'nodejs', files: { a: 'eA==' } }],
  ])('answers %i to a request %s', async (status, _name, headers, body) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual({ detail: expect.any(String) });
  });

  test('takes the token as the password of the address', async () => {
    const address = new URL(server.url);
    address.username = 'any';
    address.password = token;
    const runner = createFusionRunner({ url: address.href, language: 'nodejs', retries: 0 });
    expect(await runner.run('console.log(6 * 7)')).toEqual({ status: 'ok', text: '42' });
  });

  test('a ping needs no token, other addresses are not found', async () => {
    expect(await (await fetch(`${server.url}/v1/ping`)).json()).toBe('pong');
    expect((await fetch(`${server.url}/`)).status).toBe(404);
    expect((await fetch(`${server.url}/run_code`)).status).toBe(405);
  });

  test('a caller that goes away ends its run', async () => {
    const call = request(`${server.url}/run_code`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    call.on('error', () => {});
    call.end(JSON.stringify({ code: 'while (true) {}', language: 'nodejs' }));
    await expect.poll(() => server.requests).toBe(1);
    call.destroy();
    await expect.poll(() => server.requests).toBe(0);
  });

  // What a run is here and what it is over the network are the same result.
  test.each([
    ['ok', 'console.log("x")'],
    ['runtime', 'console.log("before"); throw new Error("no")'],
    ['syntax', 'let ='],
    ['timeout', 'while (true) {}'],
    ['output-limit', 'while (true) console.log("y".repeat(100))'],
    ['source-too-large', `"${'z'.repeat(5000)}"`],
    ['runtime in an odd text', 'throw new Error("\\u001b[31m\\ud800")'],
  ])('the client reads %s as the sandbox says it', async (_name, code) => {
    const runner = createFusionRunner({ url: server.url, token, language: 'nodejs', retries: 0 });
    const here = toToolResult(await sandbox.run(`${code}\n;''`));
    const there = await runner.run(code);
    // Which of the two time limits it was, and whether the machine was to blame, may differ when it is busy.
    const busy = (result: ToolResult) => result.status === 'timeout' || result.status === 'infrastructure-failure';
    if (busy(here)) expect(busy(there)).toBe(true);
    else expect(there).toEqual(here);
  });
});

/** A request with headers that `fetch` does not let a program set. */
async function raw(server: FusionServer, headers: Record<string, string>, path = '/run_code'): Promise<number> {
  const call = request(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  });
  call.end(JSON.stringify({ code: '1', language: 'nodejs' }));
  const [response] = await once(call, 'response');
  await text(response);
  return response.statusCode;
}

test('without a token only programs of this machine are served', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  await using server = await serveFusion({ sandboxes: { nodejs: sandbox }, port: 0 });
  const own = `127.0.0.1:${server.port}`;
  expect(await raw(server, { host: own })).toBe(200);
  expect(await raw(server, { host: `localhost:${server.port}` })).toBe(200);
  expect(await raw(server, { host: `[::1]:${server.port}` })).toBe(200);
  expect(await raw(server, { host: own, origin: `http://${own}` })).toBe(200);
  // A name that its owner bound to this address once the page was there.
  expect(await raw(server, { host: `evil.example:${server.port}` })).toBe(403);
  expect(await raw(server, { host: `127.0.0.1.evil.example:${server.port}` })).toBe(403);
  expect(await raw(server, { host: own, origin: 'http://evil.example' })).toBe(403);
  expect(await raw(server, { host: own, origin: 'null' })).toBe(403);
  expect(await raw(server, { host: own, origin: 'http://localhost:1' })).toBe(403);
});

test('with a token the name by which it is called does not matter', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  await using server = await serveFusion({ sandboxes: { nodejs: sandbox }, port: 0, token });
  expect(await raw(server, { host: 'runner.example', authorization: `Bearer ${token}` })).toBe(200);
});

test.each([
  ['too many runs wait', 503, () => new SandboxBusyError('sandbox: 3 runs wait'), 'too many runs wait'],
  ['the sandbox fails', 500, () => new Error('/home/me/secret'), 'the server failed'],
])('when %s the answer is %i, and says nothing of the host', async (_, status, error, detail) => {
  const sandbox = { limits: { wallMs: 1000 }, run: () => Promise.reject(error()) } as unknown as Sandbox;
  await using server = await serveFusion({ sandboxes: { nodejs: sandbox }, port: 0 });
  const response = await fetch(`${server.url}/run_code`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: '1', language: 'nodejs' }),
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ detail });
});

test('a stop does not wait for a body that trickles', async () => {
  await using sandbox = await createSandbox({ children: 1 });
  const server = await serveFusion({ sandboxes: { nodejs: sandbox }, port: 0 });
  const call = request(`${server.url}/run_code`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': '1000' },
  });
  const ended = new Promise((resolve) => {
    call.on('error', resolve);
    call.on('response', resolve);
  });
  call.write('{');
  await expect.poll(() => server.requests).toBe(1);
  // Without an end the body has 30 s, which is the time-out of a request.
  const startedAt = performance.now();
  await server.close(10);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
  await ended;
});

test('a stop waits for what runs and refuses what comes', async () => {
  const sandbox = await createSandbox({ children: 1, limits: { cpuMs: 10_000 } });
  const server = await serveFusion({ sandboxes: { nodejs: sandbox }, port: 0 });
  const runner = createFusionRunner({ url: server.url, language: 'nodejs', retries: 0 });
  const slow = runner.run('let sum = 0; for (let i = 0; i < 2e8; i++) sum += i % 3; console.log(sum)');
  await expect.poll(() => server.requests).toBe(1);
  const closed = server.close();
  expect((await runner.run('1')).status).toBe('infrastructure-failure');
  // 0 + 1 + 2 for every three, and 0 + 1 for the last two.
  expect(await slow).toEqual({ status: 'ok', text: String(3 * Math.floor(2e8 / 3) + 1) });
  await closed;
  await server.close();
  await sandbox.close();
});

test.each([
  [{ host: '0.0.0.0' }, 'token: must be given for a host beyond loopback, got none for 0.0.0.0'],
  [{ token: 'short' }, 'token: must have at least 16 characters, got 5'],
  [{ port: -1 }, 'port: must be an integer from 0 to 65535, got -1'],
  [{}, 'sandboxes: must hold at least one of nodejs, python, got none'],
])('refuses %o', async (options, message) => {
  await expect(serveFusion({ sandboxes: {}, ...options })).rejects.toThrow(new RangeError(message));
});
