import type { GraphBuilder, NodeOutput } from './graph-builder.js';
import type { NativeBackend, NativeTensor } from './native-backend.js';

/** A graph loaded into TensorFlow, ready to run. */
export class GraphSession {
  readonly #backend: NativeBackend;
  readonly #inputNames: string;
  readonly #outputNames: string;
  readonly #inputs: number;
  readonly #id: number;
  #disposed = false;

  /**
   * Loads a graph. `inputs` are the placeholders in the order in which `run` takes their values, `outputs` the values
   * it returns. Throws TensorFlow's own error, which names the node, when the graph is not valid.
   */
  constructor(
    backend: NativeBackend,
    graph: GraphBuilder,
    inputs: readonly NodeOutput[],
    outputs: readonly NodeOutput[],
  ) {
    this.#backend = backend;
    this.#inputs = inputs.length;
    this.#inputNames = inputs.join(',');
    this.#outputNames = outputs.join(',');
    this.#id = load(backend, graph.savedModel());
  }

  /**
   * Runs the graph once on tensor handles and returns the handles of its outputs, which belong to the caller.
   * The binding never frees the feeds of a run that fails: check shapes and data types before.
   */
  run(inputs: readonly number[]): NativeTensor[] {
    if (this.#disposed) throw new Error('graph session: it is disposed');
    if (inputs.length !== this.#inputs) {
      throw new RangeError(`inputs: one handle per placeholder (${this.#inputs}), got ${inputs.length}`);
    }
    return this.#backend.binding.runSavedModel(this.#id, [...inputs], this.#inputNames, this.#outputNames);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#backend.binding.deleteSavedModel(this.#id);
  }
}

/** TensorFlow loads a graph from a folder only: it lies in a temporary one for as long as that takes. */
function load(backend: NativeBackend, savedModel: Uint8Array): number {
  const fs = process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const folder = fs.mkdtempSync(path.join(process.getBuiltinModule('node:os').tmpdir(), 'turnwise-graph-'));
  try {
    fs.writeFileSync(path.join(folder, 'saved_model.pb'), savedModel);
    return backend.binding.loadSavedModel(folder, 'serve');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
