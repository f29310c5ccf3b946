import type { Tensor, Tensor1D, TensorFlow } from '@turnwise/accelerator';

/** The tokens whose log-probabilities are wanted. All that the last layer computes for the others is left out. */
export type WantedTokens = {
  /** `[rows, selected]`, int32: the positions just before them, of each row; the row's last position fills up. */
  readonly positions: Tensor;
  /** `[rows, tokens]`, int32: for each token its place in the row of `positions`; -1 where it is not wanted. */
  readonly places: Tensor;
};

/** Where the selected rows of a matrix come from, and where each goes; all `Tensor1D`, int32. */
export interface Selection {
  /** `[selected]`: the row of each. */
  readonly from: Tensor1D;
  /** `[all]`: the place of each row among the selected ones; `selected` for none. */
  readonly to: Tensor1D;
  /** `[selected]`: the wanted token that each one predicts; `all` for none. */
  readonly token: Tensor1D;
  /** `[all]`: what predicts each token among the selected ones; `selected` for none. */
  readonly predictor: Tensor1D;
}

/** Rows of all sequences one below the other. */
export function selectionOf(tf: TensorFlow, { positions, places }: WantedTokens): Selection {
  const [rows, selected] = positions.shape as [number, number];
  const tokens = places.shape[1] as number;
  const starts = (size: number): Tensor =>
    tf.tensor2d(
      Int32Array.from({ length: rows }, (_, row) => row * size),
      [rows, 1],
      'int32',
    );
  const flat = (x: Tensor): Tensor1D => tf.reshape(x, [-1]) as Tensor1D;
  const constant = (shape: number[], value: number): Tensor => tf.fill(shape, value, 'int32');
  const from = tf.add(positions, starts(tokens));
  const fills = tf.equal(positions, constant([rows, selected], tokens - 1));
  const unwanted = tf.less(places, constant([rows, tokens], 0));
  const predictor = flat(
    tf.where(unwanted, constant([rows, tokens], rows * selected), tf.add(places, starts(selected))),
  );
  return {
    from: flat(from),
    // A position predicts the token after it. The last one of a row predicts none, and no first token is wanted.
    to: tf.concat([tf.slice(predictor, 1), tf.tensor1d([rows * selected], 'int32')]),
    token: flat(
      tf.where(fills, constant([rows, selected], rows * tokens), tf.add(from, constant([rows, selected], 1))),
    ),
    predictor,
  };
}

/** The selected rows of `x` `[all, features]`. Backward gathers too: to scatter is slower. */
export function selectRows(tf: TensorFlow, x: Tensor, { from, to }: Selection): Tensor {
  return tf.customGrad((given, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([to]);
    return {
      value: tf.gather(given as Tensor, from),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.gather(withZeroRow(tf, dy), saved[0] as Tensor1D),
    };
  })(x);
}

/** At each token, `[all]`, the value of what predicts it, of `[selected]`; 0 where nothing does. */
export function placeValues(tf: TensorFlow, values: Tensor, { token, predictor }: Selection): Tensor {
  const placed = tf.customGrad((given, save) => {
    (save as unknown as (tensors: Tensor[]) => void)([token]);
    return {
      value: tf.gather(withZeroRow(tf, given as Tensor), predictor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.gather(withZeroRow(tf, dy), saved[0] as Tensor1D),
    };
  })(tf.reshape(values, [-1, 1]));
  return tf.reshape(placed, [-1]);
}

/** What an index just beyond the last row takes. */
function withZeroRow(tf: TensorFlow, x: Tensor): Tensor {
  return tf.concat([x, tf.zeros([1, x.shape[1] as number])], 0);
}
