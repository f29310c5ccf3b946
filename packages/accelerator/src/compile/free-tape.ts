import type { TensorFlow } from '../tensorflow.js';

/**
 * Frees what the tape of a gradient keeps. TensorFlow.js 4.22 does that when a gradient was computed, but not when the
 * function threw, for example for want of memory: the activations computed up to there would stay for ever.
 *
 * Does nothing while a gradient is being taken around the call: its tape still needs them.
 */
export function freeTape(tf: TensorFlow): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0 || !state.activeTape) return;
  for (const { saved } of state.activeTape) tf.dispose(saved);
  state.activeTape = [];
}
