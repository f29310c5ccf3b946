import { AcceleratorError } from '../accelerator-error.js';

/** How long a server may stay silent, in milliseconds. */
export const SILENCE = 60_000;

/** What to do when a file cannot be fetched. */
export const OTHER_WAYS =
  'name another index with PIP_INDEX_URL, or pass a wheel or a folder of wheels with --from PATH';

/**
 * An answer of a web server, or an `AcceleratorError`: `no-network` when there is none, `not-found` for 404 and 410,
 * `bad-answer` for any other failure. Credentials in the address are sent as basic authorization.
 */
export async function request(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<Response> {
  const url = new URL(address);
  const all: Record<string, string> = { ...headers };
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    all['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new DOMException('no answer in time', 'TimeoutError')), SILENCE);
  let response: Response;
  try {
    response = await fetch(url, {
      headers: all,
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw noNetwork(url.host, error);
  } finally {
    clearTimeout(timer);
  }
  if (response.ok || response.status === 416) return response;
  await response.body?.cancel();
  const missing = response.status === 404 || response.status === 410;
  throw new AcceleratorError(
    missing ? 'not-found' : 'bad-answer',
    `${withoutSecrets(address)} answered ${response.status}`,
    OTHER_WAYS,
  );
}

/** The error of a connection that failed or broke off. */
export function noNetwork(host: string, cause: unknown): AcceleratorError {
  return new AcceleratorError(
    'no-network',
    `${host} cannot be reached (${causeOf(cause)})`,
    `check the network or the proxy, ${OTHER_WAYS}`,
    { cause },
  );
}

/** An address without user name and password. */
export function withoutSecrets(address: string): string {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}

function causeOf(error: unknown): string {
  const { cause, code, message, name } = error as Error & { code?: string };
  if (name === 'TimeoutError') return 'no answer in time';
  if (code !== undefined && typeof code === 'string') return code;
  return cause === undefined ? message : causeOf(cause);
}
