import { type Attribute, encodeAttribute } from './attribute.js';
import type { DataType } from './data-type.js';
import { ProtobufWriter } from './protobuf-writer.js';

/** One output of a node, as graphs name it: `node:index`. */
export type NodeOutput = string & { readonly __nodeOutput: never };

/** The first TensorFlow release series whose graphs are written here (`TF_GRAPH_DEF_VERSION` of 2.18). */
const GRAPH_VERSION = 1882;
/** Constants of at most this many elements are written once and shared. */
const SHARED_CONSTANT_SIZE = 16;

/**
 * Builds a TensorFlow graph node by node and writes it as a SavedModel.
 *
 * It knows nothing of operations: a wrong attribute is found when the graph is loaded, and TensorFlow's message names
 * the node, which is why nodes carry the name of their operation.
 */
export class GraphBuilder {
  readonly #nodes: ProtobufWriter[] = [];
  readonly #constants = new Map<string, NodeOutput>();
  #unnamed = 0;

  /** How many nodes the graph holds. */
  get size(): number {
    return this.#nodes.length;
  }

  /** A name that no node has yet. */
  freshName(operation: string): string {
    return `${operation}_${this.#unnamed++}`;
  }

  /** Adds a node and returns its outputs. `name` must be new; the default is the operation and a number. */
  node(
    operation: string,
    inputs: readonly NodeOutput[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs = 1,
    name = this.freshName(operation),
  ): NodeOutput[] {
    const message = new ProtobufWriter().string(1, name).string(2, operation);
    for (const input of inputs) message.string(3, input);
    for (const [key, value] of Object.entries(attributes)) {
      message.message(5, new ProtobufWriter().string(1, key).message(2, encodeAttribute(value)));
    }
    this.#nodes.push(message);
    return Array.from({ length: outputs }, (_, index) => nodeOutput(name, index));
  }

  /** Adds a node with one output. */
  op(
    operation: string,
    inputs: readonly NodeOutput[],
    attributes: Readonly<Record<string, Attribute>>,
    name?: string,
  ): NodeOutput {
    return this.node(operation, inputs, attributes, 1, name)[0] as NodeOutput;
  }

  /** Adds a constant. The bytes are copied. */
  constant(type: DataType, shape: readonly number[], bytes: Uint8Array): NodeOutput {
    const elements = shape.reduce((product, size) => product * size, 1);
    const key = elements <= SHARED_CONSTANT_SIZE ? `${type}[${shape}]${bytes}` : null;
    const known = key === null ? undefined : this.#constants.get(key);
    if (known !== undefined) return known;
    const value = { kind: 'tensor', type, shape, bytes: bytes.slice() } as const;
    const output = this.op('Const', [], { dtype: { kind: 'type', value: type }, value });
    if (key !== null) this.#constants.set(key, output);
    return output;
  }

  /** A constant int32 vector, or a scalar when `values` is a number. */
  int32(values: number | readonly number[]): NodeOutput {
    const array = Int32Array.from(typeof values === 'number' ? [values] : values);
    return this.constant('int32', typeof values === 'number' ? [] : [array.length], new Uint8Array(array.buffer));
  }

  /** Adds an input that every run feeds. */
  placeholder(type: DataType, name = this.freshName('feed')): NodeOutput {
    return this.op('Placeholder', [], { dtype: { kind: 'type', value: type } }, name);
  }

  /** The graph as the bytes of a `saved_model.pb` with the tag `serve`. */
  savedModel(): Uint8Array {
    const graph = new ProtobufWriter();
    for (const node of this.#nodes) graph.message(1, node);
    graph.message(2, new ProtobufWriter());
    graph.message(4, new ProtobufWriter().varint(1, GRAPH_VERSION));
    const metaGraph = new ProtobufWriter().message(1, new ProtobufWriter().string(4, 'serve')).message(2, graph);
    return new ProtobufWriter().varint(1, 1).message(2, metaGraph).finish();
  }
}

/** The name of output `index` of node `name`. */
export function nodeOutput(name: string, index: number): NodeOutput {
  return `${name}:${index}` as NodeOutput;
}
