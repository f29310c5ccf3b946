import type * as core from '@tensorflow/tfjs-core';

/** The TensorFlow.js namespace, whichever backend it computes on. Pass it along: one copy exists per process. */
export type TensorFlow = typeof core;
export type Tensor = core.Tensor;
export type Scalar = core.Scalar;
export type Tensor1D = core.Tensor1D;
export type Tensor2D = core.Tensor2D;
