import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataType } from '../graph/data-type.js';
import { GraphBuilder, type NodeOutput } from '../graph/graph-builder.js';
import { GraphSession } from '../graph/graph-session.js';
import type { NativeBackend } from '../graph/native-backend.js';
import { WhileLoop } from '../graph/while-loop.js';
import type { TensorFlow } from '../tensorflow.js';
import type { Captures } from './captures.js';
import { handleOf } from './handle-of.js';
import { checkState, type LoopArguments, type LoopBody, type LoopResult } from './loop.js';
import { emptyRows, writeRow } from './loop-rows.js';
import { Recorder } from './recorder.js';
import { ShapeTracer } from './shape-tracer.js';
import { mapTensors, type TensorTree, tensorLeaves } from './tensor-tree.js';

export interface LoopGraph {
  readonly captures: Captures;
  readonly session: GraphSession;
  /** Form of a shard's result. */
  readonly form: LoopResult<TensorTree, TensorTree>;
}

type Body = LoopBody<TensorTree, TensorTree, TensorTree, TensorTree>;
type Arguments = LoopArguments<TensorTree, TensorTree, TensorTree>;
/** What a body is given besides the step. */
type Given = { readonly state: TensorTree; readonly inputs: TensorTree; readonly shared: TensorTree };

/**
 * One graph with a `while` loop per shard. What the body only overwrites in place is no variable of its loop: it stays where
 * it is, and is handed on when the loop is over.
 */
export function traceLoop(
  tf: TensorFlow,
  backend: NativeBackend,
  name: string,
  body: Body,
  args: Arguments,
): LoopGraph {
  const graph = new GraphBuilder();
  const shapes = new ShapeTracer(backend.binding);
  const recorder = new Recorder(tf, backend, graph, name, shapes);
  const placeholders: NodeOutput[] = [];
  const place = (tensor: Tensor): NodeOutput => {
    const placeholder = graph.placeholder(tensor.dtype as DataType, graph.freshName('argument'));
    placeholders.push(placeholder);
    return placeholder;
  };
  const steps = graph.placeholder('int32', 'steps');
  const shared = tensorLeaves(args.shared).map(place);
  const results: NodeOutput[] = [];
  let form: LoopGraph['form'] | null = null;

  args.shards.forEach(({ state, inputs }, shard) => {
    const given: Given = { state, inputs, shared: args.shared };
    const rehearsal = rehearse(tf, backend, new Recorder(tf, backend, new GraphBuilder(), name, shapes), body, given);
    checkState(name, state, rehearsal.state);
    form ??= { state: rehearsal.state, outputs: rehearsal.output };
    const stays = rehearsal.handles.map(([before, after]) => before === shapes.memoryOf(after));

    const initial = tensorLeaves(state).map(place);
    const fed = tensorLeaves(inputs).map(place);
    const loop = new WhileLoop(graph, `${name}_${shard}`);
    const enter = (value: NodeOutput, type: DataType): NodeOutput => loop.enterConstant(value, type);
    const types = tensorLeaves(state).map(({ dtype }) => dtype as DataType);
    const carried = initial.flatMap((output, i) => (stays[i] ? [] : [{ initial: output, type: types[i] as DataType }]));
    const outputs = tensorLeaves(rehearsal.output);
    const rows = outputs.map((like) => ({ initial: emptyRows(graph, steps, like), type: like.dtype as DataType }));
    const exits = loop.run(
      [{ initial: graph.int32(0), type: 'int32' }, ...carried, ...rows],
      ([step]) =>
        graph.op('Less', [step as NodeOutput, enter(steps, 'int32')], { T: { kind: 'type', value: 'int32' } }),
      ([step, ...values]) => {
        const variables = values.slice(0, carried.length);
        const buffers = values.slice(carried.length);
        const now = initial.map((output, i) =>
          stays[i] ? enter(output, types[i] as DataType) : (variables.shift() as NodeOutput),
        );
        const lifted = (from: readonly NodeOutput[], tree: TensorTree): NodeOutput[] =>
          tensorLeaves(tree).map(({ dtype }, i) => enter(from[i] as NodeOutput, dtype as DataType));
        const places = [step as NodeOutput, ...now, ...lifted(fed, inputs), ...lifted(shared, args.shared)];
        const recorded = recordBody(tf, recorder, body, given, places, enter).recorded.map(({ output }) => output);
        const next = recorded.slice(0, initial.length);
        // What stays is written before the next step begins, though nothing may be read of it in this one.
        const written = next.filter((_, i) => stays[i]).map(after);
        return [
          graph.op('AddV2', [step as NodeOutput, enter(graph.int32(1), 'int32'), ...written], {
            T: { kind: 'type', value: 'int32' },
          }),
          ...next.filter((_, i) => !stays[i]),
          ...outputs.map((like, i) =>
            writeRow(
              graph,
              enter,
              buffers[i] as NodeOutput,
              step as NodeOutput,
              recorded[initial.length + i] as NodeOutput,
              like,
            ),
          ),
        ];
      },
    );
    const [over, ...ends] = exits as [NodeOutput, ...NodeOutput[]];
    const variables = ends.splice(0, carried.length);
    initial.forEach((output, i) => {
      const T = { kind: 'type', value: types[i] as DataType } as const;
      results.push(stays[i] ? graph.op('Identity', [output, after(over)], { T }) : (variables.shift() as NodeOutput));
    });
    results.push(...ends);
  });
  const session = new GraphSession(
    backend,
    graph,
    [steps, ...placeholders, ...recorder.captures.placeholders],
    results,
  );
  return { captures: recorder.captures, session, form: form as unknown as LoopGraph['form'] };
}

/** The body once for what it makes, which has to be known before the loop is written, and for what it overwrites. */
function rehearse(tf: TensorFlow, backend: NativeBackend, recorder: Recorder, body: Body, given: Given) {
  const places = [tf.scalar(0, 'int32'), ...tensorLeaves([given.state, given.inputs, given.shared])].map(
    (_, i) => `rehearsal_${i}:0` as NodeOutput,
  );
  const { before, made } = recordBody(tf, recorder, body, given, places);
  const handles = (tree: TensorTree): number[] => tensorLeaves(tree).map((tensor) => handleOf(backend, tensor));
  const after = handles(made.state);
  return { ...made, handles: handles(before).map((handle, i) => [handle, after[i] as number] as const) };
}

/** Runs the body on stand-ins. `places`: what step, state, inputs and shared tensors are in the graph, one after another. */
function recordBody(
  tf: TensorFlow,
  recorder: Recorder,
  body: Body,
  given: Given,
  places: readonly NodeOutput[],
  lift?: (output: NodeOutput, type: DataType) => NodeOutput,
) {
  const standIn = (tensor: Tensor): Tensor => recorder.standIn(tensor);
  const step = standIn(tf.scalar(0, 'int32'));
  const [state, inputs, shared] = [given.state, given.inputs, given.shared].map((tree) =>
    mapTensors(tree, standIn),
  ) as [TensorTree, TensorTree, TensorTree];
  const tensors = tensorLeaves([step, state, inputs, shared]);
  let made = { state, output: [] as TensorTree };
  const recorded = recorder.record(
    tensors.map((tensor, i) => [tensor, places[i] as NodeOutput]),
    () => {
      made = body(step, state, inputs, shared);
      return [...tensorLeaves(made.state), ...tensorLeaves(made.output)];
    },
    lift,
  );
  return { before: state, made, recorded };
}

/** A control input: the node of this output has run. */
function after(output: NodeOutput): NodeOutput {
  return `^${output.slice(0, output.lastIndexOf(':'))}` as NodeOutput;
}
