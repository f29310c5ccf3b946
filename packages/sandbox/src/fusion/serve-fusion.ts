import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '../create-sandbox.js';
import { SandboxBusyError } from '../pool/room.js';
import { type FusionRequest, fusionResponse, parseFusionRequest } from './fusion-protocol.js';
import { checkHost, isAuthorized, isLocalRequest } from './guard-server.js';
import { readBody } from './read-body.js';
import { javascriptDialect, pythonDialect, type ScriptDialect } from './script.js';

export interface FusionServerOptions {
  /** The sandbox of each language that is served. They stay the caller's to close. */
  readonly sandboxes: { readonly nodejs?: Sandbox; readonly python?: Sandbox };
  /** What callers must send as `Authorization: Bearer`, or as the password of the URL. Needed beyond loopback. */
  readonly token?: string;
  /** By default `127.0.0.1`. */
  readonly host?: string;
  /** By default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Longest body of a request, in bytes. By default 1 MiB; a longer one is answered with 413. */
  readonly bodyBytes?: number;
  /** Requests that run or wait; one more is answered with 503. By default 256. */
  readonly maxRequests?: number;
}

export interface FusionServer extends AsyncDisposable {
  /** As `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Requests that run or wait. */
  readonly requests: number;
  /**
   * Takes no more requests, waits for those that run, at most `graceMs` (by default 10,000), then ends them.
   * Closing again waits for the same end.
   */
  close(graceMs?: number): Promise<void>;
}

/**
 * Answers SandboxFusion's `POST /run_code` from a sandbox, so that trainers written in any language can use it.
 * A program reads its standard input and prints; nothing stays after it. `GET /v1/ping` answers `"pong"`.
 *
 * Whatever the code does is answered with 200. Refused are: a wrong token (401); without one, a request that is not for
 * a loopback address, or from a web page (403); another address (404) or method (405),
 * a body that is not sent in time (408), too long (413), not JSON (415, 422) or no request (422), and requests beyond
 * `maxRequests` or during the stop (503). The reason is in `detail`.
 *
 * @throws RangeError for an option outside its range, no sandbox, or a host beyond loopback without a token
 * @throws Error when the port cannot be had
 */
export async function serveFusion(options: FusionServerOptions): Promise<FusionServer> {
  const { host = '127.0.0.1', port = 8080, token, bodyBytes = 2 ** 20, maxRequests = 256 } = options;
  checkHost(host, token);
  integer('port', port, 0, 65_535);
  integer('bodyBytes', bodyBytes, 1024, 2 ** 28);
  integer('maxRequests', maxRequests, 1, 2 ** 20);
  const languages = servedLanguages(options.sandboxes);
  const running = new Map<Promise<void>, AbortController>();
  let closing: Promise<void> | null = null;

  const answer = async (request: IncomingMessage, signal: AbortSignal): Promise<Reply> => {
    const path = (request.url ?? '/').split('?')[0];
    if (token === undefined && !isLocalRequest(request.headers)) {
      return refuse(403, 'without a token only programs of this machine are served, at a loopback address');
    }
    if (path === '/v1/ping' && request.method === 'GET') return { status: 200, body: 'pong' };
    if (path !== '/run_code') return refuse(404, `there is nothing at ${path?.slice(0, 100)}; POST /run_code`);
    if (request.method !== 'POST') return refuse(405, 'POST /run_code');
    if (!isAuthorized(request.headers.authorization, token)) return refuse(401, 'the token is missing or wrong');
    if (closing !== null) return refuse(503, 'the server stops');
    if (running.size >= maxRequests) return refuse(503, `${maxRequests} requests run or wait`);
    // A page of another site can only send other types without asking first, and there is nobody to ask.
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
      return refuse(415, 'content-type: must be application/json');
    }
    const body = await readBody(request, bodyBytes, signal);
    if (body.status !== 'ok') return refuse(body.status, body.message);
    const parsed = parseFusionRequest(body.value);
    if (typeof parsed === 'string') return refuse(422, parsed);
    const language = languages.get(parsed.language);
    if (language === undefined) {
      return refuse(
        422,
        `language: must be one of ${[...languages.keys()].join(', ')}, got ${parsed.language.slice(0, 50)}`,
      );
    }
    return { status: 200, body: await language(parsed, signal) };
  };

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const work = answer(request, gone.signal)
      // What the error says is for whoever runs the server.
      .catch((error: unknown) =>
        error instanceof SandboxBusyError ? refuse(503, 'too many runs wait') : refuse(500, 'the server failed'),
      )
      .then((reply) => send(response, reply, closing !== null))
      .finally(() => running.delete(work));
    running.set(work, gone);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxConnections = 4 * maxRequests;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;

  const stop = async (graceMs: number): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    const timer = setTimeout(() => {
      for (const controller of running.values()) controller.abort();
    }, graceMs);
    while (running.size > 0) await Promise.all(running.keys());
    clearTimeout(timer);
    server.closeAllConnections();
    await closed;
  };

  const handle: FusionServer = {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    port: bound.port,
    get requests() {
      return running.size;
    },
    close: (graceMs = 10_000) => {
      closing ??= stop(graceMs);
      return closing;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
  return handle;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

function refuse(status: number, detail: string): Reply {
  return { status, body: { detail } };
}

function send(response: ServerResponse, { status, body }: Reply, last: boolean): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...(status === 405 && { allow: 'POST' }),
    ...(status === 503 && { 'retry-after': '1' }),
    ...((last || status === 408 || status === 413) && { connection: 'close' }),
  });
  response.end(text);
}

type Language = (request: FusionRequest, signal: AbortSignal) => Promise<unknown>;

function servedLanguages({ nodejs, python }: FusionServerOptions['sandboxes']): ReadonlyMap<string, Language> {
  const languages = new Map<string, Language>();
  const add = (sandbox: Sandbox | undefined, dialect: ScriptDialect, names: readonly string[]): void => {
    if (sandbox === undefined) return;
    const run: Language = async ({ code, stdin, runTimeout }, signal) => {
      const startedAt = performance.now();
      const wallMs = Math.min(sandbox.limits.wallMs, Math.ceil(1000 * runTimeout));
      const options = { globals: dialect.globals(stdin), wallMs, signal };
      const result = await sandbox.run(dialect.source(code), options);
      const seconds = (performance.now() - startedAt) / 1000;
      return fusionResponse(result, seconds);
    };
    for (const name of names) languages.set(name, run);
  };
  add(nodejs, javascriptDialect, ['nodejs', 'javascript']);
  add(python, pythonDialect, ['python']);
  if (languages.size === 0) throw new RangeError('sandboxes: must hold at least one of nodejs, python, got none');
  return languages;
}

function integer(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name}: must be an integer from ${least} to ${most}, got ${value}`);
}
