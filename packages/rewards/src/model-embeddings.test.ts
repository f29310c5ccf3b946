import { describe, expect, it, vi } from 'vitest';
import { localEndpoint } from '../test/local-endpoint.js';
import { batchedEmbedding } from './batched-embedding.js';
import { cachedEmbedding } from './cached-embedding.js';
import { aiSdkEmbedding, openaiEmbedding, transformersEmbedding } from './model-embeddings.js';

const lengths = (codes: readonly string[]) => codes.map((code) => [code.length, 1]);

describe('openaiEmbedding', () => {
  it('asks in batches and puts the vectors in order', async () => {
    const server = await localEndpoint(({ body }) => {
      const data = lengths(body['input'] as string[]).map((embedding, index) => ({ index, embedding }));
      return { json: { data: data.toReversed() } };
    });
    const embed = openaiEmbedding({ baseUrl: server.baseUrl, model: 'e-1', batchSize: 2 });
    expect(await embed(['a', 'bbb', 'cc'])).toEqual([
      [1, 1],
      [3, 1],
      [2, 1],
    ]);
    expect(server.asked.map(({ path, body }) => [path, body['model'], body['input']])).toEqual([
      ['/v1/embeddings', 'e-1', ['a', 'bbb']],
      ['/v1/embeddings', 'e-1', ['cc']],
    ]);
    await server.close();
  });

  it('fails aloud', async () => {
    const server = await localEndpoint((_, i) => (i === 0 ? { status: 404, json: {} } : { json: { data: [] } }));
    const embed = openaiEmbedding({ baseUrl: server.baseUrl, model: 'e-1' });
    await expect(embed(['a'])).rejects.toThrow('openaiEmbedding: embeddings: HTTP 404');
    await expect(embed(['a'])).rejects.toThrow('openaiEmbedding: must get 1 vectors, got 0');
    await server.close();
  });
});

it('aiSdkEmbedding hands model and values to embedMany', async () => {
  const embedMany = vi.fn(async ({ values }: { model: string; values: string[] }) => ({ embeddings: lengths(values) }));
  expect(await aiSdkEmbedding({ embedMany, model: 'm' })(['aa', 'b'])).toEqual([
    [2, 1],
    [1, 1],
  ]);
  expect(embedMany.mock.calls).toEqual([[{ model: 'm', values: ['aa', 'b'] }]]);
});

it('transformersEmbedding cuts the rows of the tensor', async () => {
  const extractor = vi.fn(async (texts: string[]) => ({
    data: Float32Array.from(lengths(texts).flat()),
    dims: [texts.length, 2],
  }));
  const vectors = await transformersEmbedding(extractor, { batchSize: 2 })(['a', 'bbb', 'cc']);
  expect(vectors.map((vector) => Array.from(vector))).toEqual([
    [1, 1],
    [3, 1],
    [2, 1],
  ]);
  expect(extractor).toHaveBeenCalledTimes(2);
  expect(extractor.mock.calls[0]).toEqual([['a', 'bbb'], { pooling: 'mean', normalize: true }]);
  const unpooled = async () => ({ data: [1], dims: [1, 1, 1] });
  await expect(transformersEmbedding(unpooled)(['a'])).rejects.toThrow(
    'extractor: must give [1, width], got [1, 1, 1]',
  );
});

it('cachedEmbedding embeds each code once, keeps no failure, and forgets the oldest', async () => {
  let fails = true;
  const embed = vi.fn(async (codes: readonly string[]) => {
    if (fails) throw new Error('away');
    return lengths(codes);
  });
  const cached = cachedEmbedding(embed, { size: 2 });
  await expect(cached(['a'])).rejects.toThrow('away');
  fails = false;
  expect(await Promise.all([cached(['a', 'bb']), cached(['a'])])).toEqual([lengths(['a', 'bb']), lengths(['a'])]);
  expect(embed.mock.calls.slice(1)).toEqual([[['a', 'bb']]]);
  await cached(['ccc']);
  expect(await cached(['bb', 'a'])).toEqual(lengths(['bb', 'a']));
  expect(embed.mock.calls.slice(2)).toEqual([[['ccc']], [['a']]]);
});

it('batchedEmbedding refuses a size that is none', () => {
  expect(() => batchedEmbedding(lengths, 0)).toThrow('size: must be a whole number of at least 1, got 0');
});
