import type { Tensor } from '@tensorflow/tfjs-core';
import { type NativeBackend, nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';
import { handleOf } from './handle-of.js';
import { checkState, type LoopArguments, type LoopBody, type LoopResult, type LoopStep } from './loop.js';
import { isRecording } from './recorder.js';
import { mapTensors, type TensorTree, tensorLeaves, treeSignature } from './tensor-tree.js';
import { type LoopGraph, traceLoop } from './trace-loop.js';

export type { LoopArguments, LoopBody, LoopResult, LoopStep } from './loop.js';

export interface CompiledLoop<W extends TensorTree, S extends TensorTree, I extends TensorTree, O extends TensorTree> {
  (args: LoopArguments<W, S, I>): LoopResult<S, O>[];
  /** How many graphs it holds: one per combination of shapes and data types. */
  readonly graphs: number;
  dispose(): void;
}

type AnyBody = LoopBody<TensorTree, TensorTree, TensorTree, TensorTree>;
type AnyArguments = LoopArguments<TensorTree, TensorTree, TensorTree>;
type AnyResult = LoopResult<TensorTree, TensorTree>;

/**
 * Compiles a loop: the body is traced into one graph, twice per shard, and a call of any number of steps is one run of
 * it. On a backend without graphs, and inside of a compiled function, the body runs step by step.
 *
 * The state may be overwritten in place (`updateRows`): give it away and dispose it after the call. Within a step nothing
 * orders a read of the old tensor and its overwriting, so read the result; no two leaves of the state may share memory.
 * Rules and errors are those of `compile`; a body that changes the form, shape or data type of its state is a `RangeError`.
 */
export function compileLoop<W extends TensorTree, S extends TensorTree, I extends TensorTree, O extends TensorTree>(
  tf: TensorFlow,
  body: LoopBody<W, S, I, O>,
  options: { readonly name?: string } = {},
): CompiledLoop<W, S, I, O> {
  const name = options.name ?? (body.name || 'compiled loop');
  const anyBody = body as unknown as AnyBody;
  const graphs = new Map<string, LoopGraph>();

  const call = (args: LoopArguments<W, S, I>): LoopResult<S, O>[] => {
    if (!Number.isInteger(args.steps) || args.steps < 1) {
      throw new RangeError(`steps: an integer of at least 1, got ${args.steps}`);
    }
    const backend = nativeBackend(tf);
    if (backend === null || isRecording(backend)) return runEagerly(tf, name, anyBody, args) as LoopResult<S, O>[];
    const key = treeSignature([args.shared, args.shards as unknown as TensorTree]);
    if (!graphs.has(key)) {
      tf.tidy(() => {
        graphs.set(key, traceLoop(tf, backend, name, anyBody, args));
      });
    }
    return run(tf, backend, graphs.get(key) as LoopGraph, args) as LoopResult<S, O>[];
  };
  const dispose = (): void => {
    for (const { session } of graphs.values()) session.dispose();
    graphs.clear();
  };
  return Object.defineProperty(Object.assign(call, { graphs: 0, dispose }), 'graphs', { get: () => graphs.size });
}

function run(tf: TensorFlow, backend: NativeBackend, graph: LoopGraph, args: AnyArguments): AnyResult[] {
  const steps = tf.scalar(args.steps, 'int32');
  const trees = [steps, args.shared, ...args.shards.flatMap(({ state, inputs }) => [state, inputs])];
  const outputs = graph.session.run([
    ...tensorLeaves(trees).map((tensor) => handleOf(backend, tensor)),
    ...graph.captures.feeds(),
  ]);
  steps.dispose();
  let next = 0;
  const read = (): Tensor => backend.createOutputTensor(outputs[next++] as (typeof outputs)[number]);
  return args.shards.map(() => ({
    state: mapTensors(graph.form.state, read),
    outputs: mapTensors(graph.form.outputs, read),
  }));
}

function runEagerly(tf: TensorFlow, name: string, body: AnyBody, args: AnyArguments): AnyResult[] {
  return args.shards.map((shard) => {
    let state = shard.state;
    const outputs: TensorTree[] = [];
    for (let step = 0; step < args.steps; step++) {
      const made = tf.tidy(() => {
        const { state: next, output } = body(tf.scalar(step, 'int32'), state, shard.inputs, args.shared);
        // Clones, because a tensor may stand in both, or pass through unchanged.
        return mapTensors({ state: next, output }, (tensor) => tf.clone(tensor)) as never;
      }) as LoopStep<TensorTree, TensorTree>;
      checkState(name, state, made.state);
      if (step > 0) tf.dispose(state as never);
      state = made.state;
      outputs.push(made.output);
    }
    const columns = outputs.map(tensorLeaves);
    let leaf = 0;
    const stacked = mapTensors(outputs[0] as TensorTree, () => {
      const column = leaf++;
      return tf.stack(columns.map((row) => row[column] as Tensor));
    });
    tf.dispose(outputs as never);
    return { state, outputs: stacked };
  });
}
