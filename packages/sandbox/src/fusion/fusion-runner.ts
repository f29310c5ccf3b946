import type { CodeRunner, ToolResult } from '@turnwise/trajectory';
import { fusionToolResult } from './fusion-tool-result.js';

export interface FusionRunnerOptions {
  /** Where the server is, `http://127.0.0.1:8080`, with or without `/run_code`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** As the server names it. By default `python`. */
  readonly language?: string;
  /** Time that the code may run, in milliseconds. By default 10,000. */
  readonly runTimeout?: number;
  /** Memory that the code may have, in MB; by default what the server gives. */
  readonly memoryMb?: number;
  /** Time for one request with its time in the server's queue, in milliseconds. By default `runTimeout` and 30 s. */
  readonly timeout?: number;
  /** Longest answer that is read, in bytes. By default 4 MiB. */
  readonly answerBytes?: number;
  /** Tries after the first, for what may pass: no connection, no answer in time, 408, 429, 5xx, `SandboxError`. */
  readonly retries?: number;
  /** Waits between tries, 0.5 s, 1 s, 2 s, ...; stands in for a clock in tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** The server refused the request itself: its address, token or language is wrong, and every other run would fail too. */
export class FusionRequestError extends Error {
  override readonly name = 'FusionRequestError';
}

/**
 * A sandbox on another machine that answers SandboxFusion's `POST /run_code`, as the runner that verifiers and tools
 * take. What the code did is a result; what the server failed to do is an `infrastructure-failure`, after the retries.
 * A body that is too long for the server (413) is an `error` of the code.
 *
 * `run` rejects with {@link FusionRequestError} when the server answers 4xx otherwise.
 *
 * @throws RangeError for an option outside its range
 */
export function createFusionRunner(options: FusionRunnerOptions): CodeRunner {
  const { language = 'python', runTimeout = 10_000, memoryMb, answerBytes = 2 ** 22, retries = 2 } = options;
  const { wait = sleep } = options;
  const timeout = options.timeout ?? positive('runTimeout', runTimeout) + 30_000;
  positive('timeout', timeout);
  positive('answerBytes', answerBytes);
  if (memoryMb !== undefined) positive('memoryMb', memoryMb);
  if (!Number.isInteger(retries) || retries < 0) {
    throw new RangeError(`retries: must be a non-negative integer, got ${retries}`);
  }
  const { address, authorization } = endpointOf(options);
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };

  return {
    async run(code, { signal } = {}): Promise<ToolResult> {
      const body = JSON.stringify({
        code,
        language,
        compile_timeout: runTimeout / 1000,
        run_timeout: runTimeout / 1000,
        ...(memoryMb !== undefined && { memory_limit_MB: memoryMb }),
      });
      let message = '';
      for (let attempt = 0; attempt <= retries; attempt++) {
        if (attempt > 0) await wait(500 * 2 ** (attempt - 1));
        if (signal?.aborted) break;
        const limit = AbortSignal.timeout(timeout);
        try {
          const response = await fetch(address, {
            method: 'POST',
            headers,
            body,
            signal: signal ? AbortSignal.any([signal, limit]) : limit,
          });
          const text = await textOf(response, answerBytes);
          if (response.status === 413) return { status: 'error', text: 'the source is longer than the server takes' };
          if (mayPass(response.status)) {
            message = `HTTP ${response.status}: ${excerpt(text)}`;
            continue;
          }
          if (!response.ok) throw new FusionRequestError(`${address}: HTTP ${response.status}: ${excerpt(text)}`);
          const result = fusionToolResult(parsed(text));
          if (result !== null) return result;
          message = `no result: ${excerpt(text)}`;
        } catch (error) {
          if (error instanceof FusionRequestError) throw error;
          message = limit.aborted ? `no answer in ${timeout} ms` : reasonOf(error);
        }
      }
      const text = signal?.aborted ? 'the run was aborted' : `the remote sandbox failed: ${message}`;
      return { status: 'infrastructure-failure', text };
    },
  };
}

/** @throws Error for a longer one, which is then not read to its end */
async function textOf(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function endpointOf({ url, token }: FusionRunnerOptions): { address: string; authorization: string | undefined } {
  let parts: URL;
  try {
    parts = new URL(url);
  } catch {
    throw new RangeError('url: must be a URL as http://127.0.0.1:8080, got one that cannot be read');
  }
  if (parts.protocol !== 'http:' && parts.protocol !== 'https:') {
    throw new RangeError(`url: must begin with http:// or https://, got ${parts.protocol}`);
  }
  const basic =
    parts.password === ''
      ? undefined
      : `Basic ${Buffer.from(`${decodeURIComponent(parts.username)}:${decodeURIComponent(parts.password)}`).toString('base64')}`;
  parts.username = '';
  parts.password = '';
  if (!parts.pathname.endsWith('/run_code')) parts.pathname = `${parts.pathname.replace(/\/$/, '')}/run_code`;
  return { address: parts.href, authorization: token === undefined ? basic : `Bearer ${token}` };
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function excerpt(text: string): string {
  return text.slice(0, 200);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new RangeError(`${name}: must be a positive number, got ${value}`);
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
