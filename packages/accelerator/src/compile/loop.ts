import type { Tensor } from '@tensorflow/tfjs-core';
import { type TensorTree, treeSignature } from './tensor-tree.js';

/** What one iteration makes: the next state, of the same form, and what it puts out. */
export interface LoopStep<S extends TensorTree, O extends TensorTree> {
  readonly state: S;
  readonly output: O;
}

/** One iteration: `step` is an int32 scalar that counts from 0; `inputs` and `shared` are the same in every one. */
export type LoopBody<W extends TensorTree, S extends TensorTree, I extends TensorTree, O extends TensorTree> = (
  step: Tensor,
  state: S,
  inputs: I,
  shared: W,
) => LoopStep<S, O>;

export interface LoopArguments<W extends TensorTree, S extends TensorTree, I extends TensorTree> {
  /** Iterations, at least 1. Not part of what is compiled: any number runs on the same graph. */
  readonly steps: number;
  /** Seen by all shards. */
  readonly shared: W;
  /** Independent loops, which run in parallel. */
  readonly shards: readonly { readonly state: S; readonly inputs: I }[];
}

/** Of one shard: the last state, and the outputs of all iterations stacked along a new first dimension. */
export interface LoopResult<S extends TensorTree, O extends TensorTree> {
  readonly state: S;
  readonly outputs: O;
}

/** @throws RangeError when a body changed the form of its state */
export function checkState(name: string, before: TensorTree, after: TensorTree): void {
  const expected = treeSignature(before);
  const got = treeSignature(after);
  if (expected !== got) throw new RangeError(`${name}: the state keeps its form, ${expected}, got ${got}`);
}
