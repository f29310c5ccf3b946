import type { DataId, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { Attribute } from '../graph/attribute.js';
import { DATA_TYPE_NUMBER, type DataType, dataTypeOf } from '../graph/data-type.js';
import type { GraphBuilder, NodeOutput } from '../graph/graph-builder.js';
import type { NativeAttribute, NativeBackend, NativeBinding } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';
import { ShapeTracer } from './shape-tracer.js';

/** Type attributes that the eager executor infers and TensorFlow.js leaves out: attribute and index of its input. */
const INFERRED_TYPES: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  ExpandDims: [
    ['T', 0],
    ['Tdim', 1],
  ],
};

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
  readonly #placeholders: NodeOutput[] = [];
  readonly #captured: (() => DataId)[] = [];
  readonly #captures = new Map<DataId, Recorded>();
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
    this.#shapes = shapes;
  }

  /** A tensor without values, for `record`; like every tensor of TensorFlow.js it is the caller's, or its `tf.tidy`'s. */
  standIn({ shape, dtype }: Pick<Tensor, 'shape' | 'dtype'>): Tensor {
    return this.#backend.createOutputTensor(
      this.#shapes.standIn({ shape: [...shape], dtype: DATA_TYPE_NUMBER[this.#dataType(dtype)] }),
    );
  }

  /** The placeholders of captured tensors. */
  get placeholders(): readonly NodeOutput[] {
    return this.#placeholders;
  }

  /** The handles that the placeholders are fed with now. Throws when a captured tensor was disposed. */
  feeds(): number[] {
    return this.#captured.map((dataId, i) => {
      const id = dataId();
      if (!this.#backend.tensorMap.has(id)) {
        throw new Error(`${this.#name}: captured tensor ${i} was disposed; pass it as an argument or keep it`);
      }
      return handleOf(this.#backend, { dataId: id });
    });
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
    const type = this.#dataType(tensor.dtype);
    const { output } = this.#captures.get(tensor.dataId) ?? this.#newCapture(tensor.dataId, type);
    this.#shapes.declare(id, { shape: tensor.shape, dtype: DATA_TYPE_NUMBER[type] });
    this.#scope.set(id, { output: this.#lift(output, type), type });
  }

  #newCapture(dataId: DataId, type: DataType): Recorded {
    const variables = Object.values(this.#tf.engine().registeredVariables);
    const variable = variables.find((candidate) => candidate.dataId === dataId);
    const recorded = { output: this.#graph.placeholder(type), type };
    this.#placeholders.push(recorded.output);
    this.#captured.push(variable === undefined ? () => dataId : () => variable.dataId);
    this.#captures.set(dataId, recorded);
    return recorded;
  }

  #recording(binding: NativeBinding): NativeBinding {
    const createTensor: NativeBinding['createTensor'] = (shape, dtype, values) => {
      const id = binding.createTensor(shape, dtype, values);
      const type = this.#nativeType(dtype);
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.#scope.set(id, { output: this.#lift(this.#graph.constant(type, shape, bytes), type), type });
      this.#shapes.declare(id, { shape, dtype }, bytes);
      return id;
    };
    const executeOp: NativeBinding['executeOp'] = (name, attributes, inputs, outputs) => {
      const results = this.#shapes.execute(name, attributes, inputs, outputs);
      const recorded = inputs.map((id) => this.#scope.get(id) as Recorded);
      const nodes = this.#graph.node(
        name,
        recorded.map((input) => input.output),
        this.#attributes(name, attributes, recorded),
        outputs,
      );
      results.forEach(({ id, dtype }, i) => {
        this.#scope.set(id, { output: nodes[i] as NodeOutput, type: this.#nativeType(dtype) });
      });
      return results;
    };
    // The binding's own properties are read-only: they are shadowed.
    const own = { createTensor: { value: createTensor }, executeOp: { value: executeOp } };
    const recording: NativeBinding = Object.create(binding, own);
    recordings.add(recording);
    return recording;
  }

  #attributes(name: string, attributes: NativeAttribute[], inputs: readonly Recorded[]): Record<string, Attribute> {
    const result: Record<string, Attribute> = {};
    for (const attribute of attributes) result[attribute.name] = this.#attribute(attribute);
    for (const [key, input] of INFERRED_TYPES[name] ?? []) {
      result[key] ??= { kind: 'type', value: (inputs[input] as Recorded).type };
    }
    return result;
  }

  #attribute({ name, type, value }: NativeAttribute): Attribute {
    switch (type) {
      case 0:
        return { kind: 'string', value: value as string };
      case 1:
        // TensorFlow.js passes seeds in [0, 1) for integers; the binding cuts them off.
        return Array.isArray(value)
          ? { kind: 'ints', value: value.map(Math.trunc) }
          : { kind: 'int', value: Math.trunc(value as number) };
      case 2:
        return { kind: 'float', value: value as number };
      case 3:
        return { kind: 'bool', value: value as boolean };
      case 4:
        return { kind: 'type', value: this.#nativeType(value as number) };
      case 5:
        return { kind: 'shape', value: value as number[] };
      default:
        throw new Error(`${this.#name}: cannot be traced, attribute "${name}" is of the unknown kind ${type}`);
    }
  }

  #dataType(dtype: string): DataType {
    if (dtype in DATA_TYPE_NUMBER) return dtype as DataType;
    throw new Error(`${this.#name}: cannot be traced, it holds a tensor of data type "${dtype}"`);
  }

  #nativeType(number: number): DataType {
    const type = dataTypeOf(number);
    if (type === null) {
      throw new Error(`${this.#name}: cannot be traced, it holds a tensor of TensorFlow's data type ${number}`);
    }
    return type;
  }
}

/** The handle of a tensor, which is created if its values were not yet given to TensorFlow. */
export function handleOf(backend: NativeBackend, tensor: Pick<TensorInfo, 'dataId'>): number {
  return backend.getInputTensorIds([tensor as TensorInfo])[0] as number;
}
