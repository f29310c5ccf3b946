import type { PolicyBatch } from '@turnwise/gtpo';
import { initialWeights } from '../src/model/initial-weights.js';
import type { ModelConfig } from '../src/model/model-config.js';

/** A model small enough for its float64 twin, with grouped queries. */
export const smallConfig: ModelConfig = {
  vocabularySize: 32,
  hiddenSize: 16,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headSize: 4,
  intermediateSize: 24,
  normEpsilon: 1e-6,
  ropeTheta: 10_000,
  tiedEmbeddings: false,
  contextLength: 64,
};

/** The same with each part that some model family has: what the twin must agree with in learner and sampler. */
export const variants: readonly (readonly [string, ModelConfig])[] = [
  ['biases of the attention inputs', { ...smallConfig, attentionBias: 'inputs' }],
  ['all biases', { ...smallConfig, attentionBias: 'all', mlpBias: true }],
  ['heads wider than the hidden state', { ...smallConfig, headSize: 12 }],
  ['norms of queries and keys, tied', { ...smallConfig, headSize: 8, queryKeyNorm: true, tiedEmbeddings: true }],
  ['norms and biases', { ...smallConfig, queryKeyNorm: true, attentionBias: 'all' }],
  ['linear rope', { ...smallConfig, headSize: 8, ropeScaling: { kind: 'linear', factor: 4 } }],
  [
    'llama3 rope',
    {
      ...smallConfig,
      headSize: 16,
      ropeScaling: {
        kind: 'llama3',
        factor: 8,
        lowFrequencyFactor: 1,
        highFrequencyFactor: 4,
        originalContextLength: 64,
      },
    },
  ],
  [
    'yarn rope',
    {
      ...smallConfig,
      headSize: 16,
      ropeScaling: {
        kind: 'yarn',
        factor: 4,
        originalContextLength: 32,
        attentionFactor: 1.1386,
        betaFast: 8,
        betaSlow: 1,
        truncate: true,
      },
    },
  ],
  ['adapters', { ...smallConfig, lora: { rank: 2, alpha: 6, targets: ['q_proj', 'o_proj', 'up_proj', 'down_proj'] } }],
  [
    'adapters, norms and biases',
    {
      ...smallConfig,
      queryKeyNorm: true,
      attentionBias: 'all',
      lora: { rank: 3, alpha: 3, targets: '.*(k_proj|v_proj|gate_proj)' },
    },
  ],
];

/**
 * Weights with some life in them: initial ones, with norms that are not 1, embeddings twenty times as large, and biases
 * and adapters that are not 0.
 */
export function livelyWeights(config: ModelConfig, seed = 1): Map<string, Float32Array> {
  const weights = initialWeights(config, seed);
  for (const [name, values] of weights) {
    const matrix = name.includes('embed') || name.includes('lm_head');
    for (const [i, value] of values.entries()) {
      if (name.includes('norm')) values[i] = 1 + 0.2 * Math.sin(i + name.length);
      else if (matrix) values[i] = 20 * value;
      else if (name.endsWith('.bias')) values[i] = 0.3 * Math.sin(2 * i + name.length);
      else if (name.endsWith('lora_B.weight')) values[i] = 0.3 * Math.sin(3 * i + name.length);
    }
  }
  return weights;
}

/** Token ids that look random and are the same every time. */
export function someTokens(length: number, salt: number, vocabulary = 32): number[] {
  return Array.from({ length }, (_, i) => (i * i * 7 + i * 3 + salt * 11) % vocabulary);
}

/** Rows of two turns: a prompt of 3, an action, an observation of 2, an action; lengths of the rows as given. */
export function raggedBatch(lengths: readonly number[], temperature = 1): PolicyBatch {
  const tokens = Math.max(...lengths);
  const size = lengths.length * tokens;
  const batch = {
    sequences: lengths.length,
    tokens,
    tokenIds: new Int32Array(size),
    sequenceLengths: Int32Array.from(lengths),
    actionMask: new Uint8Array(size),
    advantages: new Float32Array(size),
    behaviourLogprobs: new Float32Array(size),
    turnIndices: new Int32Array(size).fill(-1),
    groupIndices: new Int32Array(lengths.length),
    temperature,
  };
  lengths.forEach((length, row) => {
    batch.tokenIds.set(someTokens(length, row), row * tokens);
    const middle = 3 + Math.floor((length - 5) / 2);
    for (let t = 3; t < length; t++) {
      if (t === middle || t === middle + 1) continue;
      const at = row * tokens + t;
      batch.actionMask[at] = 1;
      batch.advantages[at] = Math.sin(1 + 3 * row + (t > middle ? 2 : 0));
      batch.behaviourLogprobs[at] = -3.4 + 0.4 * Math.sin(at);
      batch.turnIndices[at] = t > middle ? 1 : 0;
    }
  });
  return batch;
}

/** The token ids of a row without padding. */
export function rowTokens(batch: PolicyBatch, row: number): number[] {
  return [...batch.tokenIds.subarray(row * batch.tokens, row * batch.tokens + (batch.sequenceLengths[row] as number))];
}
