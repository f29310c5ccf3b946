import type { TrainConfig } from '../config/train-config.js';
import { UsageError } from '../usage-error.js';
import type { ChosenBackend } from './context.js';

/**
 * What a run without native TensorFlow takes where the user says nothing else: about a tenth of the work, since the
 * WebAssembly backend is some thirty times slower in a training step.
 */
export const slowDefaults = {
  updates: 20,
  tasksPerUpdate: 6,
  evalTasks: 40,
  rows: 16,
} as const satisfies Partial<TrainConfig>;

/** How long that is expected to take, for the line that announces it. */
const SLOW_RUN = '10 to 20 minutes';

/** Defaults under the user's options, given what will compute. */
export function defaultsFor({ name }: Pick<ChosenBackend, 'name'>): Partial<TrainConfig> {
  switch (name) {
    case 'cuda':
    case 'native':
      return {};
    case 'webgpu':
    case 'wasm':
    case 'cpu':
      return slowDefaults;
    default:
      return name satisfies never;
  }
}

/**
 * One line when something slower computes than could: why, how long it takes, what mends it; else `null`. Throws a
 * `UsageError` when the user named a backend and cannot have it.
 */
export function backendNotice(wanted: TrainConfig['backend'], { name, passedOver }: ChosenBackend): string | null {
  const better =
    passedOver.find(({ backend }) => backend === wanted) ??
    passedOver.find(({ mend }) => mend !== null) ??
    passedOver[0];
  const reason = better === undefined ? 'no reason is known' : better.reason;
  const mend = better === undefined || better.mend === null ? '' : `; to mend it: ${better.mend}`;
  if (wanted !== 'auto' && wanted !== name)
    throw new UsageError(`--backend ${wanted}: cannot be had: ${reason}${mend}`);
  if (wanted !== 'auto' || name === 'native' || name === 'cuda') return null;
  return `Native TensorFlow cannot be had (${reason}): going on with ${name} and a smaller default of ${slowDefaults.updates} updates, ${SLOW_RUN}${mend}`;
}
