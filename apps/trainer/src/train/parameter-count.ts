import type { ModelConfig } from '@turnwise/policy';

/** Weights of a Llama-architecture transformer: embedding, layers, final norm, output matrix unless it is tied. */
export function parameterCount(config: ModelConfig): number {
  const { vocabularySize, hiddenSize, layers, heads, keyValueHeads, headSize, intermediateSize, tiedEmbeddings } =
    config;
  const attention = hiddenSize * headSize * (2 * heads + 2 * keyValueHeads);
  const layer = attention + 3 * hiddenSize * intermediateSize + 2 * hiddenSize;
  return vocabularySize * hiddenSize * (tiedEmbeddings ? 1 : 2) + layers * layer + hiddenSize;
}
