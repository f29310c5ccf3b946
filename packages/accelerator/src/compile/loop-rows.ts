import type { Tensor } from '@tensorflow/tfjs-core';
import type { DataType } from '../graph/data-type.js';
import type { GraphBuilder, NodeOutput } from '../graph/graph-builder.js';

/** Memory for one row per step, of the shape of `tensor`. `Empty` is stateful: it is never folded or shared. */
export function emptyRows(graph: GraphBuilder, steps: NodeOutput, tensor: Tensor): NodeOutput {
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

export function writeRow(
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
