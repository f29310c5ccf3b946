/** An OpenAI-compatible server. */
export interface Endpoint {
  /** With its version, as `https://api.example.com/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  /** Per request, in milliseconds. */
  readonly timeout?: number;
  /** Tries after the first, for what may pass: no connection, a timeout, 408, 429, 5xx. */
  readonly retries?: number;
  /** Waits between tries, 0.5 s, 1 s, 2 s, ...; stands in for a clock in tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

export type EndpointResponse =
  | { readonly status: 'ok'; readonly value: unknown }
  | { readonly status: 'failed'; readonly message: string };

/** Posts JSON and reads JSON. It never rejects: what went wrong is in the response, without the key. */
export async function callEndpoint(
  { baseUrl, apiKey, timeout = 60_000, retries = 2, wait = sleep }: Endpoint,
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<EndpointResponse> {
  let message = '';
  for (let attempt = 0; attempt <= retries; attempt++) {
    if (attempt > 0) await wait(500 * 2 ** (attempt - 1));
    const limit = AbortSignal.timeout(timeout);
    try {
      const response = await fetch(`${baseUrl.replace(/\/$/, '')}/${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify(body),
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      if (response.ok) return { status: 'ok', value: await response.json() };
      message = `${path}: HTTP ${response.status}: ${(await response.text()).slice(0, 200)}`;
      if (response.status < 500 && response.status !== 408 && response.status !== 429) break;
    } catch (error) {
      message = `${path}: ${limit.aborted ? `no answer in ${timeout} ms` : (error as Error).message}`;
      if (signal?.aborted) break;
    }
  }
  return { status: 'failed', message };
}

const sleep = (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds));
