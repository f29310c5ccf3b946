import type { DataType } from './data-type.js';
import { type GraphBuilder, type NodeOutput, nodeOutput } from './graph-builder.js';

/** A value that a loop carries from one iteration to the next. */
export interface LoopVariable {
  readonly initial: NodeOutput;
  readonly type: DataType;
}

/**
 * A `while` loop in TensorFlow's version 1 control flow: per variable Enter, Merge, Switch, NextIteration and Exit in
 * one frame. Iterations run strictly one after another.
 *
 * Nodes of the frame may only use values of the frame: what is known outside enters through `enterConstant`.
 */
export class WhileLoop {
  readonly #graph: GraphBuilder;
  readonly #frame: string;
  readonly #entered = new Map<NodeOutput, NodeOutput>();

  /** `frame` must be unique in the graph. */
  constructor(graph: GraphBuilder, frame: string) {
    this.#graph = graph;
    this.#frame = frame;
  }

  /** Brings a value that stays the same in all iterations into the frame; the same value enters once. */
  enterConstant(value: NodeOutput, type: DataType): NodeOutput {
    const known = this.#entered.get(value);
    if (known !== undefined) return known;
    const entered = this.#enter(value, type, true);
    this.#entered.set(value, entered);
    return entered;
  }

  /**
   * Writes the loop. `condition` and `body` receive the variables' values in the frame; `body` returns their next
   * values, in the same order. Returns the values after the last iteration, outside the frame.
   */
  run(
    variables: readonly LoopVariable[],
    condition: (values: readonly NodeOutput[]) => NodeOutput,
    body: (values: readonly NodeOutput[]) => readonly NodeOutput[],
  ): NodeOutput[] {
    const graph = this.#graph;
    const merges = variables.map(({ initial, type }) => {
      const next = graph.freshName('NextIteration');
      const inputs = [this.#enter(initial, type, false), nodeOutput(next, 0)];
      const attributes = { T: { kind: 'type', value: type }, N: { kind: 'int', value: 2 } } as const;
      return { next, type, value: graph.node('Merge', inputs, attributes, 2)[0] as NodeOutput };
    });
    const going = graph.op('LoopCond', [condition(merges.map((merge) => merge.value))], {});
    const switches = merges.map(({ value, type }) =>
      graph.node('Switch', [value, going], { T: { kind: 'type', value: type } }, 2),
    );
    const following = body(switches.map((outputs) => outputs[1] as NodeOutput));
    if (following.length !== variables.length) {
      throw new RangeError(`body: one value per loop variable (${variables.length}), got ${following.length}`);
    }
    merges.forEach(({ next, type }, i) => {
      graph.op('NextIteration', [following[i] as NodeOutput], { T: { kind: 'type', value: type } }, next);
    });
    return switches.map((outputs, i) =>
      graph.op('Exit', [outputs[0] as NodeOutput], {
        T: { kind: 'type', value: (merges[i] as { type: DataType }).type },
      }),
    );
  }

  #enter(value: NodeOutput, type: DataType, constant: boolean): NodeOutput {
    return this.#graph.op('Enter', [value], {
      T: { kind: 'type', value: type },
      frame_name: { kind: 'string', value: this.#frame },
      is_constant: { kind: 'bool', value: constant },
      parallel_iterations: { kind: 'int', value: 1 },
    });
  }
}
