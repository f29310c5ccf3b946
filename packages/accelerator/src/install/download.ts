import { open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AcceleratorError } from '../accelerator-error.js';
import { diskFull } from './disk-full.js';
import { fileSha256 } from './file-sha256.js';
import { noNetwork, OTHER_WAYS, request, SILENCE, withoutSecrets } from './http.js';

/** A file to fetch: `bytes` is its size as far as known, for the progress only. */
export interface Download {
  readonly url: string;
  readonly target: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly signal?: AbortSignal;
  readonly onBytes?: (done: number, total: number) => void;
  /** Milliseconds to wait before each further attempt after a connection that broke off. */
  readonly pauses?: readonly number[];
}

/**
 * Fetches a file to `target`, which appears only when it is whole and its SHA-256 is right. What has come so far lies
 * beside it as `target.part`; a later call, in this process or another, goes on from there. A broken connection is taken
 * up again a few times.
 *
 * Throws an `AcceleratorError`: `no-network` (the part is kept), `not-found`, `bad-answer` (a web page instead of a
 * file), `checksum` (the part is removed), `disk-full` (kept).
 */
export async function download(options: Download): Promise<void> {
  const part = `${options.target}.part`;
  const resumed = (await sizeOf(part)) > 0;
  await fetchPart(part, options);
  let sha256 = await fileSha256(part);
  if (sha256 !== options.sha256) {
    await rm(part, { force: true });
    if (resumed) {
      await fetchPart(part, options);
      sha256 = await fileSha256(part);
    }
  }
  if (sha256 !== options.sha256) {
    await rm(part, { force: true });
    throw new AcceleratorError(
      'checksum',
      `${withoutSecrets(options.url)} must have the SHA-256 ${options.sha256}, got ${sha256}`,
      OTHER_WAYS,
    );
  }
  await rename(part, options.target);
}

async function fetchPart(part: string, options: Download): Promise<void> {
  const pauses = options.pauses ?? [1000, 3000, 9000];
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetchRest(part, options);
    } catch (error) {
      const pause = pauses[attempt];
      if (!(error instanceof BrokenOff) || pause === undefined) throw error instanceof BrokenOff ? error.reason : error;
      await sleep(pause, undefined, options.signal ? { signal: options.signal } : {});
    }
  }
}

/** A connection that failed in the middle: worth another attempt. */
class BrokenOff extends Error {
  constructor(readonly reason: AcceleratorError) {
    super(reason.message);
  }
}

async function fetchRest(part: string, options: Download): Promise<void> {
  const have = await sizeOf(part);
  const silence = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal;
  const response = await request(options.url, have > 0 ? { range: `bytes=${have}-` } : {}, signal);
  if (response.status === 416) {
    await response.body?.cancel();
    if (have === options.bytes) return;
    await rm(part, { force: true });
    return fetchRest(part, options);
  }
  refuseWebPage(response, options.url);
  const start = response.status === 206 ? have : 0;
  const length = response.headers.get('content-length');
  const total = length === null ? options.bytes : start + Number(length);
  const file = await open(part, start > 0 ? 'a' : 'w');
  let done = start;
  try {
    for await (const chunk of bodyOf(response, silence, options)) {
      await file.writeFile(chunk);
      done += chunk.byteLength;
      options.onBytes?.(done, total);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw diskFull(part, 'the part that came is kept', error);
  } finally {
    await file.close();
  }
  if (length !== null && done !== total) throw brokenOff(options.url, new Error(`ended at ${done} of ${total} bytes`));
}

/** The chunks of an answer; a connection that breaks off or falls silent becomes `BrokenOff`. */
async function* bodyOf(
  response: Response,
  silence: AbortController,
  options: Download,
): AsyncGenerator<Uint8Array, void> {
  const fallSilent = () => silence.abort(new DOMException('no answer in time', 'TimeoutError'));
  let timer = setTimeout(fallSilent, SILENCE);
  const chunks = (response.body as AsyncIterable<Uint8Array> | null)?.[Symbol.asyncIterator]();
  try {
    while (chunks !== undefined) {
      const next = await chunks.next().catch((error: unknown) => {
        options.signal?.throwIfAborted();
        throw brokenOff(options.url, error);
      });
      if (next.done) return;
      clearTimeout(timer);
      yield next.value;
      timer = setTimeout(fallSilent, SILENCE);
    }
  } finally {
    clearTimeout(timer);
    await chunks?.return?.().catch(() => undefined);
  }
}

function brokenOff(url: string, cause: unknown): BrokenOff {
  return new BrokenOff(noNetwork(new URL(url).host, cause));
}

function refuseWebPage(response: Response, url: string): void {
  const type = response.headers.get('content-type') ?? '';
  if (!/^text\/html/i.test(type)) return;
  response.body?.cancel().catch(() => {});
  throw new AcceleratorError(
    'bad-answer',
    `${withoutSecrets(url)} answered with a web page, not with the file`,
    OTHER_WAYS,
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
}
