import type { DataId } from '@tensorflow/tfjs-core';
import type { NodeOutput } from '../graph/graph-builder.js';
import type { NativeBackend } from '../graph/native-backend.js';
import type { TensorFlow } from '../tensorflow.js';
import { handleOf } from './handle-of.js';

/** The tensors from outside that a graph reads: fed anew at every run, a variable with the value that it then has. */
export class Captures {
  readonly #tf: TensorFlow;
  readonly #backend: NativeBackend;
  readonly #name: string;
  readonly #placeholders: NodeOutput[] = [];
  readonly #captured: (() => DataId)[] = [];

  constructor(tf: TensorFlow, backend: NativeBackend, name: string) {
    this.#tf = tf;
    this.#backend = backend;
    this.#name = name;
  }

  get placeholders(): readonly NodeOutput[] {
    return this.#placeholders;
  }

  add(dataId: DataId, placeholder: NodeOutput): void {
    const variables = Object.values(this.#tf.engine().registeredVariables);
    const variable = variables.find((candidate) => candidate.dataId === dataId);
    this.#placeholders.push(placeholder);
    this.#captured.push(variable === undefined ? () => dataId : () => variable.dataId);
  }

  /** The handles that the placeholders are fed with now. @throws Error when a captured tensor was disposed */
  feeds(): number[] {
    return this.#captured.map((dataId, i) => {
      const id = dataId();
      if (!this.#backend.tensorMap.has(id)) {
        throw new Error(`${this.#name}: captured tensor ${i} was disposed; pass it as an argument or keep it`);
      }
      return handleOf(this.#backend, { dataId: id });
    });
  }
}
