import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataType } from '../graph/data-type.js';
import { GraphBuilder, type NodeOutput } from '../graph/graph-builder.js';
import { GraphSession } from '../graph/graph-session.js';
import { type NativeBackend, nativeBackend } from '../graph/native-backend.js';
import { WhileLoop } from '../graph/while-loop.js';
import type { TensorFlow } from '../tensorflow.js';
import { aliasOf, copyOf, handleOf, Recorder } from './recorder.js';
import { mapTensors, type TensorTree, tensorLeaves, treeSignature } from './tensor-tree.js';

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

export interface CompiledLoop<W extends TensorTree, S extends TensorTree, I extends TensorTree, O extends TensorTree> {
  (args: LoopArguments<W, S, I>): LoopResult<S, O>[];
  /** How many graphs it holds: one per combination of shapes and data types. */
  readonly graphs: number;
  dispose(): void;
}

type AnyBody = LoopBody<TensorTree, TensorTree, TensorTree, TensorTree>;
type AnyArguments = LoopArguments<TensorTree, TensorTree, TensorTree>;
type AnyResult = LoopResult<TensorTree, TensorTree>;

interface LoopGraph {
  readonly recorder: Recorder;
  readonly session: GraphSession;
  /** Form of a shard's result. */
  readonly form: AnyResult;
}

/**
 * Compiles a loop: the body is traced once per shard into one graph, and a call of any number of steps is one run of
 * it. On a backend without graphs the body runs step by step.
 *
 * The state may be overwritten in place (`updateRows`): give it away and dispose it after the call. Rules and errors
 * are those of `compile`; a body that changes the form, shape or data type of its state is a `RangeError`.
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
    if (backend === null) return runEagerly(tf, name, anyBody, args) as LoopResult<S, O>[];
    const key = treeSignature([args.shared, args.shards as unknown as TensorTree]);
    if (!graphs.has(key)) {
      tf.tidy(() => {
        graphs.set(key, trace(tf, backend, name, anyBody, args));
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
    ...graph.recorder.feeds(),
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

function trace(tf: TensorFlow, backend: NativeBackend, name: string, body: AnyBody, args: AnyArguments): LoopGraph {
  const graph = new GraphBuilder();
  const recorder = new Recorder(tf, backend, graph, name);
  const placeholders: NodeOutput[] = [];
  const place = (tensor: Tensor): NodeOutput => {
    const placeholder = graph.placeholder(tensor.dtype as DataType, graph.freshName('argument'));
    placeholders.push(placeholder);
    return placeholder;
  };
  const steps = graph.placeholder('int32', 'steps');
  const shared = tensorLeaves(args.shared).map(place);
  const results: NodeOutput[] = [];
  let form: AnyResult | null = null;

  args.shards.forEach(({ state, inputs }, shard) => {
    const copy = <T extends TensorTree>(tree: T): T => mapTensors(tree, (tensor) => copyOf(backend, tensor));
    // Only the state is written to.
    const alias = <T extends TensorTree>(tree: T): T => mapTensors(tree, (tensor) => aliasOf(backend, tensor));
    // Once without recording: what the body puts out has to be known before the loop is written.
    const sample = body(tf.scalar(0, 'int32'), copy(state), alias(inputs), alias(args.shared));
    checkState(name, state, sample.state);
    form ??= { state: sample.state, outputs: sample.output };

    const initial = tensorLeaves(state).map(place);
    const given = tensorLeaves(inputs).map(place);
    const loop = new WhileLoop(graph, `${name}_${shard}`);
    const outputs = tensorLeaves(sample.output);
    const variables = [
      { initial: graph.int32(0), type: 'int32' as DataType },
      ...tensorLeaves(state).map((tensor, i) => ({
        initial: initial[i] as NodeOutput,
        type: tensor.dtype as DataType,
      })),
      ...outputs.map((tensor) => ({ initial: emptyRows(graph, steps, tensor), type: tensor.dtype as DataType })),
    ];
    const enter = (value: NodeOutput, type: DataType): NodeOutput => loop.enterConstant(value, type);
    const exits = loop.run(
      variables,
      (values) =>
        graph.op('Less', [values[0] as NodeOutput, enter(steps, 'int32')], { T: { kind: 'type', value: 'int32' } }),
      (values) => {
        const step = values[0] as NodeOutput;
        const copies = {
          step: tf.scalar(0, 'int32'),
          state: alias(state),
          inputs: alias(inputs),
          shared: alias(args.shared),
        };
        const bind = (tree: TensorTree, at: (index: number, tensor: Tensor) => NodeOutput): [Tensor, NodeOutput][] =>
          tensorLeaves(tree).map((tensor, i) => [tensor, at(i, tensor)]);
        const lifted = (from: readonly NodeOutput[]) => (i: number, tensor: Tensor) =>
          enter(from[i] as NodeOutput, tensor.dtype as DataType);
        const recorded = recorder.record(
          [
            [copies.step, step],
            ...bind(copies.state, (i) => values[1 + i] as NodeOutput),
            ...bind(copies.inputs, lifted(given)),
            ...bind(copies.shared, lifted(shared)),
          ],
          () => {
            const made = body(copies.step, copies.state, copies.inputs, copies.shared);
            return [...tensorLeaves(made.state), ...tensorLeaves(made.output)];
          },
          enter,
        );
        const next = graph.op('AddV2', [step, enter(graph.int32(1), 'int32')], { T: { kind: 'type', value: 'int32' } });
        const buffers = outputs.map((tensor, i) => {
          const buffer = values[1 + initial.length + i] as NodeOutput;
          return writeRow(
            graph,
            enter,
            buffer,
            step,
            (recorded[initial.length + i] as { output: NodeOutput }).output,
            tensor,
          );
        });
        return [next, ...recorded.slice(0, initial.length).map(({ output }) => output), ...buffers];
      },
    );
    results.push(...exits.slice(1));
  });
  const session = new GraphSession(backend, graph, [steps, ...placeholders, ...recorder.placeholders], results);
  return { recorder, session, form: form as unknown as AnyResult };
}

/** Memory for one row per step, of the shape of `tensor`. `Empty` is stateful: it is never folded or shared. */
function emptyRows(graph: GraphBuilder, steps: NodeOutput, tensor: Tensor): NodeOutput {
  const type = tensor.dtype as DataType;
  const int32 = { kind: 'type', value: 'int32' } as const;
  const first = graph.op('Reshape', [steps, graph.int32([1])], { T: int32, Tshape: int32 });
  const shape = graph.op('ConcatV2', [first, graph.int32(tensor.shape), graph.int32(0)], {
    T: int32,
    Tidx: int32,
    N: { kind: 'int', value: 2 },
  });
  return graph.op('Empty', [shape], { dtype: { kind: 'type', value: type }, init: { kind: 'bool', value: true } });
}

function writeRow(
  graph: GraphBuilder,
  enter: (value: NodeOutput, type: DataType) => NodeOutput,
  buffer: NodeOutput,
  step: NodeOutput,
  row: NodeOutput,
  like: Tensor,
): NodeOutput {
  const int32 = { kind: 'type', value: 'int32' } as const;
  const T = { kind: 'type', value: like.dtype as DataType } as const;
  const index = graph.op('Reshape', [step, enter(graph.int32([1]), 'int32')], { T: int32, Tshape: int32 });
  const shape = enter(graph.int32([1, ...like.shape]), 'int32');
  return graph.op('InplaceUpdate', [buffer, index, graph.op('Reshape', [row, shape], { T, Tshape: int32 })], { T });
}

function checkState(name: string, before: TensorTree, after: TensorTree): void {
  const expected = treeSignature(before);
  const got = treeSignature(after);
  if (expected !== got) throw new RangeError(`${name}: the state keeps its form, ${expected}, got ${got}`);
}
