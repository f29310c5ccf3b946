import type * as union from '@tensorflow/tfjs';

/** The whole namespace of TensorFlow.js: operations, optimizers, gradients, layers. */
export type Tfjs = typeof union;
