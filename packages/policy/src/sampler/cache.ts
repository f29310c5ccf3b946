import type { Tensor, TensorFlow } from '@turnwise/accelerator';
import type { ModelConfig } from '../model/model-config.js';
import type { KeyValueCache } from './cached-forward.js';

/** Sizes of the caches of all shards, which have equally many rows. */
export interface CacheShape {
  readonly shards: number;
  /** Of all shards together. */
  readonly rows: number;
  readonly capacity: number;
  /** Parts of the model, which have caches of their own: see `modelPart`. */
  readonly parts: number;
}

/** One empty cache per shard. */
export function emptyCaches(
  tf: TensorFlow,
  config: ModelConfig,
  { shards, rows, capacity, parts }: CacheShape,
): KeyValueCache[] {
  const places = (rows / shards) * (config.keyValueHeads / parts) * capacity;
  return Array.from({ length: shards }, () =>
    Object.fromEntries(
      // Arrays of their own: a cache is written in place.
      names(config, parts).map((name) => [
        name,
        tf.tensor2d(new Float32Array(places * config.headSize), [places, config.headSize]),
      ]),
    ),
  );
}

/**
 * Moves rows to another arrangement, capacity or both, and frees the old caches. Row `i` of the result holds what row
 * `from[i]` held, cut off or filled up at the end; `null` is a row whose content does not matter.
 */
export function rearrangeCaches(
  tf: TensorFlow,
  config: ModelConfig,
  caches: readonly KeyValueCache[],
  from: readonly (number | null)[],
  [old, next]: readonly [CacheShape, CacheShape],
): KeyValueCache[] {
  const { headSize } = config;
  const keyValueHeads = config.keyValueHeads / next.parts;
  const stays = from.length === old.rows && from.every((row, i) => row === i);
  const moved = names(config, next.parts).map((name) => {
    const parts = caches.map((cache) => cache[name] as Tensor);
    const result = tf.tidy(() => {
      if (stays) return parts.map((part) => fit(tf, part, headSize, old.capacity, next.capacity));
      const all = tf.reshape(tf.concat(parts, 0), [old.rows, -1]);
      const rows = tf.gather(
        all,
        tf.tensor1d(
          from.map((row) => row ?? 0),
          'int32',
        ),
      );
      const places = (next.rows / next.shards) * keyValueHeads * old.capacity;
      return tf
        .split(tf.reshape(rows, [-1, headSize]), next.shards, 0)
        .map((part) => fit(tf, tf.reshape(part, [places, headSize]), headSize, old.capacity, next.capacity));
    });
    tf.dispose(parts);
    return [name, result] as const;
  });
  return Array.from({ length: next.shards }, (_, shard) =>
    Object.fromEntries(moved.map(([name, parts]) => [name, parts[shard] as Tensor])),
  );
}

function fit(tf: TensorFlow, part: Tensor, headSize: number, old: number, next: number): Tensor {
  if (next === old) return tf.add(part, 0);
  const rows = tf.reshape(part, [-1, old, headSize]);
  const kept = Math.min(next, old);
  const cut = tf.slice(rows, [0, 0, 0], [rows.shape[0] as number, kept, headSize]);
  const filled = tf.pad(cut, [
    [0, 0],
    [0, next - kept],
    [0, 0],
  ]);
  return tf.reshape(filled, [-1, headSize]);
}

function names({ layers }: ModelConfig, parts: number): string[] {
  return Array.from({ length: layers * parts }, (_, i) => {
    const at = `${Math.floor(i / parts)}.${i % parts}`;
    return [`keys.${at}`, `values.${at}`];
  }).flat();
}
