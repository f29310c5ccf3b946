import type { localEndpoint as inNode } from './local-endpoint.js';

/** Stands in the place of `local-endpoint.ts` where there is no server to be had: answers the page's own `fetch`. */
export const localEndpoint: typeof inNode = async (answer) => {
  const asked: Awaited<ReturnType<typeof inNode>>['asked'] = [];
  const plain = globalThis.fetch;
  const baseUrl = 'http://endpoint.invalid/v1';
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(baseUrl)) return plain(input, init);
    const headers = Object.fromEntries(request.headers as unknown as Iterable<[string, string]>);
    const one = { path: new URL(request.url).pathname, headers, body: JSON.parse(await request.text()) };
    asked.push(one);
    const given = answer(one, asked.length - 1);
    if (given !== null) return Response.json(given.json, { status: given.status ?? 200 });
    return new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
    });
  };
  return {
    baseUrl,
    asked,
    close: async () => {
      globalThis.fetch = plain;
    },
  };
};
