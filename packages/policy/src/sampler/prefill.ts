import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import { type CachedShape, cachedForward, type DecodeShared, type KeyValueCache } from './cached-forward.js';

export type PrefillArguments = {
  readonly shared: DecodeShared;
  /** Independent parts of the rows. Their caches are overwritten in place: use only those returned. */
  readonly shards: readonly {
    readonly cache: KeyValueCache;
    /** `[rows * tokens]`, int32 */
    readonly fed: Tensor;
    /** `[rows * tokens]`, int32; the last place of the cache for what is not to be fed. */
    readonly positions: Tensor;
  }[];
};

/** Feeds each row several tokens at once, of which nothing is sampled; gives the caches. */
export function prefill(tf: TensorFlow, config: ModelConfig, shape: CachedShape) {
  return ({ shared, shards }: PrefillArguments): readonly KeyValueCache[] =>
    shards.map(({ cache, fed, positions }) => cachedForward(tf, config, shape, shared, cache, fed, positions).cache);
}
