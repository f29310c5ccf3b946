import { batchedEmbedding } from './batched-embedding.js';
import type { Embedding } from './embedding.js';
import { callEndpoint, type Endpoint } from './endpoint.js';

export interface OpenaiEmbeddingOptions extends Endpoint {
  readonly model: string;
  /** Most codes of one request. */
  readonly batchSize?: number;
}

/**
 * An embedding model behind any OpenAI-compatible `/embeddings`.
 *
 * @throws Error (the embedding) when the endpoint fails after its retries or answers in another shape: an
 *   infrastructure failure that no reward may swallow.
 */
export function openaiEmbedding({ model, batchSize = 64, ...endpoint }: OpenaiEmbeddingOptions): Embedding {
  return batchedEmbedding(async (codes) => {
    const response = await callEndpoint(endpoint, 'embeddings', { model, input: codes, encoding_format: 'float' });
    if (response.status === 'failed') throw new Error(`openaiEmbedding: ${response.message}`);
    const { data = [] } = response.value as { data?: readonly { index: number; embedding: number[] }[] };
    const vectors = data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
    if (vectors.length !== codes.length || !vectors.every(Array.isArray)) {
      throw new Error(`openaiEmbedding: must get ${codes.length} vectors, got ${vectors.length}`);
    }
    return vectors;
  }, batchSize);
}

/** `embedMany` of the AI SDK (`ai`), as far as it is needed. */
export type EmbedMany<M> = (options: { model: M; values: string[] }) => Promise<{ embeddings: number[][] }>;

/**
 * An embedding model of the AI SDK. The function is handed in, so that nothing here depends on the SDK.
 *
 * @example aiSdkEmbedding({ embedMany, model: openai.embedding('text-embedding-3-small') });
 */
export function aiSdkEmbedding<M>({
  embedMany,
  model,
}: {
  readonly embedMany: EmbedMany<M>;
  readonly model: M;
}): Embedding {
  return async (codes) => (await embedMany({ model, values: [...codes] })).embeddings;
}

/** A feature-extraction pipeline of `@huggingface/transformers`, as far as it is needed. */
export type FeatureExtractor = (
  texts: string[],
  options: { pooling: 'mean' | 'cls'; normalize: boolean },
) => Promise<{ readonly data: ArrayLike<number>; readonly dims: readonly number[] }>;

/**
 * A sentence-embedding model on this machine. The pipeline is handed in, so that nothing here depends on the library:
 * `await pipeline('feature-extraction', model)`.
 *
 * @throws RangeError (the embedding) when the pipeline gives anything but one vector per code.
 */
export function transformersEmbedding(
  extractor: FeatureExtractor,
  { pooling = 'mean', batchSize = 16 }: { readonly pooling?: 'mean' | 'cls'; readonly batchSize?: number } = {},
): Embedding {
  return batchedEmbedding(async (codes) => {
    const { data, dims } = await extractor([...codes], { pooling, normalize: true });
    const [rows = 0, width = 0] = dims;
    if (dims.length !== 2 || rows !== codes.length || data.length !== rows * width) {
      throw new RangeError(`extractor: must give [${codes.length}, width], got [${dims.join(', ')}]`);
    }
    const values = Float64Array.from(data);
    return codes.map((_, i) => values.slice(i * width, (i + 1) * width));
  }, batchSize);
}
