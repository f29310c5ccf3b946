import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { DATA_TYPE_NUMBER, type DataType } from '../graph/data-type.js';
import type { GraphBuilder, NodeOutput } from '../graph/graph-builder.js';
import type { NativeBackend, NativeBinding } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';
import { Captures } from './captures.js';
import { handleOf } from './handle-of.js';
import { graphAttributes, graphType } from './native-attributes.js';
import { ShapeTracer } from './shape-tracer.js';

/** Kernels that read values only to check that indices are in bounds, which the graph's own kernels do too. */
const CHECKING_KERNELS: ReadonlySet<string> = new Set(['GatherV2']);

interface Recorded {
  readonly output: NodeOutput;
  readonly type: DataType;
}

/** The bindings of recorders, while they record. */
const recordings = new WeakSet<NativeBinding>();

/** Whether what is asked of a backend now is recorded, and not computed. */
export function isRecording(backend: NativeBackend): boolean {
  return recordings.has(backend.binding);
}

/** Brings a value from outside into the scope that is being recorded, e.g. into the frame of a loop. */
export type Lift = (output: NodeOutput, type: DataType) => NodeOutput;

/**
 * Runs functions of tensors and writes what the native binding was asked to execute into a graph, autodiff included. What
 * was asked is not computed: tensors are stand-ins, which have a shape and no values (`ShapeTracer`).
 *
 * Tensors made while recording from plain values become constants. Tensors that existed before, and were not
 * declared, are captured: each becomes a placeholder, to be fed anew at every run (`feeds`); a `tf.Variable` is fed
 * with the value it then has. What the function decides in JavaScript is decided once.
 */
export class Recorder {
  readonly #tf: TensorFlow;
  readonly #backend: NativeBackend;
  readonly #graph: GraphBuilder;
  readonly #name: string;
  /** What the function reads from outside; all that is needed of a recorder once it has recorded. */
  readonly captures: Captures;
  readonly #captured = new Map<DataId, Recorded>();
  readonly #shapes: ShapeTracer;
  #scope = new Map<number, Recorded>();
  #made = new Set<DataId>();
  #lift: Lift = (output) => output;

  constructor(
    tf: TensorFlow,
    backend: NativeBackend,
    graph: GraphBuilder,
    name: string,
    shapes = new ShapeTracer(backend.binding),
  ) {
    this.#tf = tf;
    this.#backend = backend;
    this.#graph = graph;
    this.#name = name;
    this.captures = new Captures(tf, backend, name);
    this.#shapes = shapes;
  }

  /** A tensor without values, for `record`; like every tensor of TensorFlow.js it is the caller's, or its `tf.tidy`'s. */
  standIn({ shape, dtype }: Pick<Tensor, 'shape' | 'dtype'>): Tensor {
    return this.#backend.createOutputTensor(
      this.#shapes.standIn({ shape: [...shape], dtype: DATA_TYPE_NUMBER[this.#dataType(dtype)] }),
    );
  }

  /**
   * Records `body` in a new scope. `inputs` are the tensors it may use, made by `standIn`, and what each stands for in the
   * scope. Returns, for each tensor that `body` returns, its place in the graph.
   */
  record(
    inputs: readonly (readonly [Tensor, NodeOutput])[],
    body: () => readonly Tensor[],
    lift: Lift = (output) => output,
  ): Recorded[] {
    const backend = this.#backend;
    this.#scope = new Map(
      inputs.map(([tensor, output]) => [handleOf(backend, tensor), { output, type: this.#dataType(tensor.dtype) }]),
    );
    this.#made = new Set();
    this.#lift = lift;
    const restore = this.#install();
    try {
      return body().map((tensor) => {
        const id = backend.getInputTensorIds([tensor])[0] as number;
        return this.#scope.get(id) as Recorded;
      });
    } finally {
      restore();
    }
  }

  #install(): () => void {
    const backend = this.#backend;
    const engine = this.#tf.engine();
    const binding = backend.binding;
    const getInputTensorIds = backend.getInputTensorIds.bind(backend);
    const move = backend.move.bind(backend);
    const readSync = backend.readSync.bind(backend);
    const runKernel = engine.runKernel.bind(engine);
    let kernel = '';

    backend.binding = this.#recording(binding);
    backend.move = (id, ...rest) => {
      this.#made.add(id);
      move(id, ...rest);
    };
    backend.getInputTensorIds = (tensors) => {
      for (const tensor of tensors) if ('dataId' in tensor) this.#capture(tensor, binding, getInputTensorIds);
      return getInputTensorIds(tensors);
    };
    backend.readSync = (id) => {
      if (!CHECKING_KERNELS.has(kernel) && !this.#made.has(id)) {
        throw new Error(
          `${this.#name}: cannot be traced, it reads the values of a tensor (dataSync, arraySync, print)`,
        );
      }
      const { id: handle, shape, dtype } = backend.tensorMap.get(id);
      return ShapeTracer.isStandIn(handle) ? ShapeTracer.zerosOf(dtype, shape) : readSync(id);
    };
    engine.runKernel = ((name: string, ...rest: [never, never]) => {
      const outer = kernel;
      kernel = name;
      try {
        return runKernel(name, ...rest);
      } finally {
        kernel = outer;
      }
    }) as typeof engine.runKernel;

    return () => {
      backend.binding = binding;
      const own = backend as Partial<NativeBackend>;
      delete own.move;
      delete own.getInputTensorIds;
      delete own.readSync;
      delete (engine as Partial<typeof engine>).runKernel;
    };
  }

  /** Makes sure that a tensor has a place in the graph: a new placeholder if it comes from outside. */
  #capture(tensor: TensorInfo, binding: NativeBinding, ids: NativeBackend['getInputTensorIds']): void {
    if (this.#made.has(tensor.dataId)) return;
    // With the real binding: the pending values of a tensor from outside are no constant of the graph.
    const recording = this.#backend.binding;
    this.#backend.binding = binding;
    const id = ids([tensor])[0] as number;
    this.#backend.binding = recording;
    if (this.#scope.has(id)) return;
    if (ShapeTracer.isStandIn(id)) {
      throw new Error(
        `${this.#name}: a tensor that was made while a function was traced has no values; make it outside`,
      );
    }
    const type = this.#dataType(tensor.dtype);
    let known = this.#captured.get(tensor.dataId);
    if (known === undefined) {
      known = { output: this.#graph.placeholder(type), type };
      this.#captured.set(tensor.dataId, known);
      this.captures.add(tensor.dataId, known.output);
    }
    this.#shapes.declare(id, { shape: tensor.shape, dtype: DATA_TYPE_NUMBER[type] });
    this.#scope.set(id, { output: this.#lift(known.output, type), type });
  }

  #recording(binding: NativeBinding): NativeBinding {
    const createTensor: NativeBinding['createTensor'] = (shape, dtype, values) => {
      const type = this.#named(() => graphType(dtype));
      const id = binding.createTensor(shape, dtype, values);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.#scope.set(id, { output: this.#lift(this.#graph.constant(type, shape, bytes), type), type });
      this.#shapes.declare(id, { shape, dtype }, bytes);
      return id;
    };
    const executeOp: NativeBinding['executeOp'] = (name, attributes, inputs, outputs) => {
      const results = this.#named(() => this.#shapes.execute(name, attributes, inputs, outputs));
      const recorded = inputs.map((id) => this.#scope.get(id) as Recorded);
      const types = recorded.map(({ type }) => type);
      const nodes = this.#graph.node(
        name,
        recorded.map((input) => input.output),
        this.#named(() => graphAttributes(name, attributes, types)),
        outputs,
      );
      results.forEach(({ id, dtype }, i) => {
        this.#scope.set(id, { output: nodes[i] as NodeOutput, type: this.#named(() => graphType(dtype)) });
      });
      return results;
    };
    // The binding's own properties are read-only: they are shadowed.
    const own = { createTensor: { value: createTensor }, executeOp: { value: executeOp } };
    const recording: NativeBinding = Object.create(binding, own);
    recordings.add(recording);
    return recording;
  }

  /** Errors of what cannot be traced say which function it is. */
  #named<T>(f: () => T): T {
    try {
      return f();
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('cannot be traced')) {
        throw new Error(`${this.#name}: ${error.message}`);
      }
      throw error;
    }
  }

  #dataType(dtype: string): DataType {
    if (dtype in DATA_TYPE_NUMBER) return dtype as DataType;
    throw new Error(`${this.#name}: cannot be traced, it holds a tensor of data type "${dtype}"`);
  }
}
