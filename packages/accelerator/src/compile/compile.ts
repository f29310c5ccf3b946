import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataType } from '../graph/data-type.js';
import { GraphBuilder, type NodeOutput } from '../graph/graph-builder.js';
import { GraphSession } from '../graph/graph-session.js';
import { type NativeBackend, nativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';
import type { Captures } from './captures.js';
import { freeTape } from './free-tape.js';
import { handleOf } from './handle-of.js';
import { isRecording, Recorder } from './recorder.js';
import { mapTensors, type TensorTree, tensorLeaves, treeSignature } from './tensor-tree.js';

/** A function of tensors that runs as one graph where the backend has graphs. */
export interface CompiledFunction<A extends readonly TensorTree[], R extends TensorTree> {
  (...args: A): R;
  /** How many graphs it holds: one per combination of input shapes and data types. */
  readonly graphs: number;
  /** Frees the graphs. A later call compiles anew. */
  dispose(): void;
}

export interface CompileOptions {
  /** For errors. Default: that of the function. */
  readonly name?: string;
  /**
   * `false` runs the function in `tf.tidy` at every call, as on a backend without graphs: for work whose operations are so
   * large that a graph brings less than it takes to make, which for thousands of operations is many seconds. Default yes.
   */
  readonly graph?: boolean;
}

interface Graph {
  readonly captures: Captures;
  readonly session: GraphSession;
  readonly result: TensorTree;
}

/**
 * Compiles a pure function of tensors: `tf.function` for TensorFlow.js.
 *
 * At the first call with inputs of given shapes and data types, `fn` runs once under a recorder (gradients that it takes
 * with `tf.grads` included), on stand-ins that have shapes and no values, and what it asked for becomes one TensorFlow
 * graph. From then on such a call is one run of that graph, or, inside of another compiled function, a part of its graph. On a backend without graphs every call runs `fn` inside `tf.tidy`.
 *
 * What `fn` decides in JavaScript, random numbers that it draws there included, is decided once per graph. Tensors and
 * variables that it captures are fed with their current value at each call and must not be disposed. Shapes must not depend
 * on values (`tf.unique`, `tf.whereAsync`), and tensors that it makes are of no use after it, even if it keeps them. Outputs are
 * ordinary tensors that belong to the caller (or its `tf.tidy`).
 *
 * @throws Error naming `name` when `fn` reads values, uses strings or complex numbers, or returns no tensors.
 * @example
 * const loss = compile(tf, (w, x) => tf.grad((v) => tf.sum(tf.square(tf.matMul(x, v))))(w), { name: 'loss' });
 */
export function compile<A extends readonly TensorTree[], R extends TensorTree>(
  tf: TensorFlow,
  fn: (...args: A) => R,
  options: CompileOptions = {},
): CompiledFunction<A, R> {
  const name = options.name ?? (fn.name || 'compiled function');
  const graphs = new Map<string, Graph>();

  const call = (...args: A): R => {
    const backend = nativeBackend(tf);
    // Without a graph, or as a part of another function's.
    if (backend === null || options.graph === false || isRecording(backend)) {
      return cleanly(tf, () => tf.tidy(() => withoutArguments(tf, args, fn(...args)) as never) as R);
    }
    const key = treeSignature(args);
    let graph = graphs.get(key);
    if (graph === undefined) {
      const anyFn = fn as unknown as (...args: readonly TensorTree[]) => TensorTree;
      graph = cleanly(tf, () => trace(tf, backend, name, anyFn, args));
      graphs.set(key, graph);
    }
    return run(backend, graph, args) as R;
  };
  const dispose = (): void => {
    for (const { session } of graphs.values()) session.dispose();
    graphs.clear();
  };
  return Object.defineProperty(Object.assign(call, { graphs: 0, dispose }), 'graphs', { get: () => graphs.size });
}

/** A result in which arguments that were handed through are clones: outputs are the caller's to dispose of. */
function withoutArguments<R extends TensorTree>(tf: TensorFlow, args: readonly TensorTree[], result: R): R {
  const given = new Set(tensorLeaves(args));
  return mapTensors(result, (tensor) => (given.has(tensor) ? tf.clone(tensor) : tensor));
}

/** Leaves no tape behind when `f` throws. */
function cleanly<T>(tf: TensorFlow, f: () => T): T {
  try {
    return f();
  } catch (error) {
    freeTape(tf);
    throw error;
  }
}

function run(backend: NativeBackend, graph: Graph, args: readonly TensorTree[]): TensorTree {
  const feeds = [...tensorLeaves(args).map((tensor) => handleOf(backend, tensor)), ...graph.captures.feeds()];
  const outputs = graph.session.run(feeds);
  let next = 0;
  return mapTensors(graph.result, () => backend.createOutputTensor(outputs[next++] as (typeof outputs)[number]));
}

function trace(
  tf: TensorFlow,
  backend: NativeBackend,
  name: string,
  fn: (...args: readonly TensorTree[]) => TensorTree,
  args: readonly TensorTree[],
): Graph {
  const builder = new GraphBuilder();
  const recorder = new Recorder(tf, backend, builder, name);
  const inputs: [Tensor, NodeOutput][] = [];
  let result: TensorTree = [];
  const outputs: NodeOutput[] = [];
  tf.tidy(() => {
    const standIns = mapTensors(args, (tensor) => {
      const standIn = recorder.standIn(tensor);
      inputs.push([standIn, builder.placeholder(tensor.dtype as DataType, builder.freshName('argument'))]);
      return standIn;
    });
    const recorded = recorder.record(inputs, () => {
      result = fn(...standIns);
      return tensorLeaves(result);
    });
    recorded.forEach(({ output, type }, i) => {
      outputs.push(builder.op('Identity', [output], { T: { kind: 'type', value: type } }, `result_${i}`));
    });
    // What `fn` protected from tf.tidy with tf.keep is freed all the same.
    for (const tensor of tensorLeaves(result)) tensor.dispose();
  });
  const placeholders = [...inputs.map(([, placeholder]) => placeholder), ...recorder.captures.placeholders];
  return { captures: recorder.captures, result, session: new GraphSession(backend, builder, placeholders, outputs) };
}
