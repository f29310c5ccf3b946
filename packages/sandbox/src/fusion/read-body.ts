import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly status: 'ok'; readonly value: unknown }
  | { readonly status: 400 | 413 | 422 | 503; readonly message: string };

/** What is too long is read a while longer and dropped: a caller that still writes would not see the answer. */
const drainedTimes = 16;

/**
 * Reads a request's body as JSON, of at most so many bytes. Never rejects.
 *
 * @param signal when there is no more time: what trickles in then is not waited for (503)
 */
export function readBody(request: IncomingMessage, maxBytes: number, signal: AbortSignal): Promise<Body> {
  const stopped = new Promise<Body>((resolve) => {
    signal.addEventListener('abort', () => resolve({ status: 503, message: 'the server stops' }), { once: true });
  });
  return Promise.race([stopped, readWhole(request, maxBytes)]);
}

async function readWhole(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const tooLong: Body = { status: 413, message: `the body must have at most ${maxBytes} bytes` };
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > drainedTimes * maxBytes) return tooLong;
      if (length <= maxBytes) chunks.push(chunk);
    }
  } catch {
    return { status: 400, message: 'the body ended early' };
  }
  if (length > maxBytes) return tooLong;
  try {
    return { status: 'ok', value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks))) };
  } catch {
    return { status: 422, message: 'the body must be JSON in UTF-8' };
  }
}
