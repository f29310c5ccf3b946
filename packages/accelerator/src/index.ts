export { AcceleratorError, type AcceleratorErrorCode } from './accelerator-error.js';
export type { Backend, BackendName, PassedOver } from './backend/backend.js';
export { type BackendOptions, createBackend } from './backend/create-backend.js';
export { recommendedThreads, type ThreadAdvice, type Workload } from './backend/recommended-threads.js';
export type { Tfjs } from './backend/tfjs.js';
export type { Threads } from './backend/threads.js';
export { type CompiledFunction, type CompileOptions, compile } from './compile/compile.js';
export {
  type CompiledLoop,
  compileLoop,
  type LoopArguments,
  type LoopBody,
  type LoopResult,
} from './compile/compile-loop.js';
export { plainMatMul } from './compile/plain-mat-mul.js';
export { smallMatMul } from './compile/small-mat-mul.js';
export type { TensorTree } from './compile/tensor-tree.js';
export { updateRows } from './compile/update-rows.js';
export { type Diagnosis, doctor, type InstalledBuild } from './doctor/doctor.js';
export type { GpuDevice } from './doctor/gpu-devices.js';
export { renderDiagnosis } from './doctor/render-diagnosis.js';
export type { Attribute } from './graph/attribute.js';
export { bfloat16Tensor } from './graph/bfloat16-tensor.js';
export { GraphBuilder, type NodeOutput } from './graph/graph-builder.js';
export { GraphSession } from './graph/graph-session.js';
export { isOutOfMemory } from './graph/is-out-of-memory.js';
export { nativeBackend } from './graph/native-backend.js';
export { cacheFolder } from './install/cache-folder.js';
export { type InstallOptions, type InstallResult, install } from './install/install.js';
export type { InstallEvent } from './install/install-event.js';
export type { TensorflowBuild } from './install/native-layout.js';
export type { Scalar, Tensor, Tensor1D, Tensor2D, TensorFlow } from './tensorflow.js';
