export { type CompiledFunction, compile } from './compile/compile.js';
export { type CompiledLoop, compileLoop, type LoopArguments, type LoopResult } from './compile/compile-loop.js';
export type { TensorTree } from './compile/tensor-tree.js';
export { updateRows } from './compile/update-rows.js';
export type { Attribute } from './graph/attribute.js';
export { GraphBuilder, type NodeOutput } from './graph/graph-builder.js';
export { GraphSession } from './graph/graph-session.js';
export { nativeBackend } from './graph/native-backend.js';
export type { Scalar, Tensor, Tensor1D, Tensor2D, TensorFlow } from './tensorflow.js';
