import { nativeBackend, type TensorFlow } from '@turnwise/accelerator';
import type { PolicyLoss } from '@turnwise/gtpo';

/** What TensorFlow 2.18.1 said in a process whose address space was limited, of an operation and of a graph. */
const OPERATION =
  'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[16,4,1024,1024] and type float on ' +
  '/job:localhost/replica:0/task:0/device:CPU:0 by allocator mklcpu';
const GRAPH =
  'Session fail to run with error: OOM when allocating tensor with shape[10000,10000] and type float on ' +
  '/job:localhost/replica:0/task:0/device:CPU:0 by allocator mklcpu\n\t [[{{node BatchMatMulV2_1}}]]\n';

/** The same loss, for which there is no memory while it is computed for the `n`-th time, from 1, for each `n` given. */
export function failingLoss(loss: PolicyLoss, times: readonly number[]): PolicyLoss {
  let calls = 0;
  return {
    ...loss,
    terms: (ops, inputs) => {
      calls += 1;
      if (times.includes(calls)) throw new Error(OPERATION);
      return loss.terms(ops, inputs);
    },
  };
}

/** Lets the `n`-th run of a graph from now on, from 1, fail for want of memory. Returns how to put it right again. */
export function failRun(tf: TensorFlow, n: number): () => void {
  const backend = nativeBackend(tf);
  if (backend === null) throw new Error('failRun: only the native backend runs graphs');
  const { binding } = backend;
  let runs = 0;
  const runSavedModel: typeof binding.runSavedModel = (...args) => {
    runs += 1;
    if (runs === n) throw new Error(GRAPH);
    return binding.runSavedModel(...args);
  };
  backend.binding = Object.create(binding, { runSavedModel: { value: runSavedModel } });
  return () => {
    backend.binding = binding;
  };
}
