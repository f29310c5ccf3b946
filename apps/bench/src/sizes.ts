import type { ModelConfig } from '@turnwise/policy';

export type Size = 'd128' | 'd256' | 'd512';

/** The models that are measured: 0.8, 4.8 and 25.3 million parameters; SwiGLU of 8/3 of the width, rounded to 8. */
export const SIZES: Readonly<Record<Size, ModelConfig>> = {
  d128: llama(128, 4, 4, 344),
  d256: llama(256, 6, 8, 688),
  d512: llama(512, 8, 8, 1368),
};

function llama(hiddenSize: number, layers: number, heads: number, intermediateSize: number): ModelConfig {
  return {
    vocabularySize: 128,
    hiddenSize,
    layers,
    heads,
    keyValueHeads: heads,
    headSize: hiddenSize / heads,
    intermediateSize,
    normEpsilon: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: false,
    contextLength: 256,
  };
}
