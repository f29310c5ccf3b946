import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createFusionRunner } from './index.js';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A server that gives these answers one after the other, and the requests that it saw. */
async function answering(...answers: (readonly [status: number, body: unknown])[]) {
  const seen: { path: string; body: Record<string, unknown>; authorization: string | undefined }[] = [];
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    seen.push({ path: request.url ?? '', body: JSON.parse(text), authorization: request.headers.authorization });
    const [status, body] = answers[Math.min(seen.length, answers.length) - 1] ?? [500, ''];
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const waits: number[] = [];
const wait = async (ms: number) => void waits.push(ms);
const finished = (code: number | null, stdout: string, stderr = '', status = 'Finished') => ({
  status: code === 0 ? 'Success' : 'Failed',
  message: '',
  compile_result: null,
  run_result: { status, execution_time: 0.1, return_code: code, stdout, stderr },
  executor_pod_name: null,
  files: {},
});

test('asks as SandboxFusion is asked', async () => {
  const { url, seen } = await answering([200, finished(0, '2\n')]);
  const runner = createFusionRunner({ url: `${url}/api/`, token: 'secret', runTimeout: 2500, memoryMb: 64 });
  expect(await runner.run('print(1 + 1)')).toEqual({ status: 'ok', text: '2' });
  expect(seen).toEqual([
    {
      path: '/api/run_code',
      authorization: 'Bearer secret',
      body: { code: 'print(1 + 1)', language: 'python', compile_timeout: 2.5, run_timeout: 2.5, memory_limit_MB: 64 },
    },
  ]);
});

// The shapes are those of SandboxFusion's documentation; it says nothing of the kind of a failure.
test.each([
  ['error', finished(1, 'a\n', 'ZeroDivisionError: division by zero\n'), 'a\nZeroDivisionError: division by zero'],
  ['error', finished(1, '\u001b[2J'), '\\u001b[2J'],
  ['timeout', finished(null, 'a\n', '', 'TimeLimitExceeded'), 'a'],
  ['out-of-memory', finished(137, '', 'Killed\n'), 'Killed'],
  ['out-of-memory', finished(-9, ''), ''],
  [
    'error',
    {
      ...finished(1, ''),
      run_result: null,
      compile_result: { status: 'Finished', return_code: 2, stdout: '', stderr: 'no\n' },
    },
    'no',
  ],
])('reads a program that ended by %s', async (status, answer, text) => {
  const { url } = await answering([200, answer]);
  expect(await createFusionRunner({ url }).run('')).toEqual({ status, text });
});

test('tries again what may pass, after 0.5 s, 1 s, 2 s', async () => {
  waits.length = 0;
  const { url, seen } = await answering(
    [503, 'busy'],
    [200, { ...finished(1, ''), status: 'SandboxError', message: 'no pod' }],
    [200, 'no JSON'],
    [200, finished(0, 'done\n')],
  );
  expect(await createFusionRunner({ url, retries: 3, wait }).run('')).toEqual({ status: 'ok', text: 'done' });
  expect([seen.length, waits]).toEqual([4, [500, 1000, 2000]]);
});

test('a server that keeps failing is an infrastructure failure, and the token is not in its text', async () => {
  const { url, seen } = await answering([500, 'down']);
  const result = await createFusionRunner({ url, token: 'secret', retries: 1, wait }).run('');
  expect(result).toEqual({ status: 'infrastructure-failure', text: 'the remote sandbox failed: HTTP 500: down' });
  expect(seen.length).toBe(2);
});

test('a server that is not there is an infrastructure failure', async () => {
  const { url } = await answering();
  await new Promise((done) => server?.close(done));
  const result = await createFusionRunner({ url, retries: 0 }).run('');
  expect(result).toMatchObject({ status: 'infrastructure-failure', text: expect.stringContaining('ECONNREFUSED') });
});

test('no answer in time is an infrastructure failure', async () => {
  server = createServer(() => {});
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const result = await createFusionRunner({ url, timeout: 50, retries: 0 }).run('');
  expect(result).toEqual({ status: 'infrastructure-failure', text: 'the remote sandbox failed: no answer in 50 ms' });
});

test('a signal ends it at once', async () => {
  const { url, seen } = await answering([200, finished(0, '')]);
  const result = await createFusionRunner({ url }).run('', { signal: AbortSignal.abort() });
  expect(result).toEqual({ status: 'infrastructure-failure', text: 'the run was aborted' });
  expect(seen).toEqual([]);
});

test('a request that the server refuses is a mistake of the caller', async () => {
  const { url } = await answering([401, 'who?']);
  await expect(createFusionRunner({ url, wait }).run('')).rejects.toThrow(/run_code: HTTP 401: who\?/);
});

test('a source that is too long for the server is a mistake of the code', async () => {
  const { url } = await answering([413, '']);
  expect((await createFusionRunner({ url }).run('x')).status).toBe('error');
});

test('an answer without end is cut off', async () => {
  const { url } = await answering([200, finished(0, 'x'.repeat(2 ** 20))]);
  const result = await createFusionRunner({ url, answerBytes: 2 ** 16, retries: 0 }).run('');
  expect(result).toEqual({
    status: 'infrastructure-failure',
    text: 'the remote sandbox failed: the answer is longer than 65536 bytes',
  });
});

test.each([
  [{ url: 'ftp://x' }, 'url: must begin with http:// or https://, got ftp:'],
  [{ url: 'no' }, 'url: must be a URL as http://127.0.0.1:8080, got one that cannot be read'],
  [{ url: 'http://x', retries: -1 }, 'retries: must be a non-negative integer, got -1'],
  [{ url: 'http://x', runTimeout: 0 }, 'runTimeout: must be a positive number, got 0'],
])('refuses %o', (options, message) => {
  expect(() => createFusionRunner(options)).toThrow(new RangeError(message));
});
