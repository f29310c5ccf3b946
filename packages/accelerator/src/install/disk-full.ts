import { dirname } from 'node:path';
import { AcceleratorError } from '../accelerator-error.js';

/** The error of a disk on which there is no room for `file`; `state` says what became of the work so far. */
export function diskFull(file: string, state: string, cause: unknown): AcceleratorError {
  return new AcceleratorError(
    'disk-full',
    `the disk of ${dirname(file)} is full (${state})`,
    'free some space, or name a folder on another disk with TURNWISE_CACHE',
    { cause },
  );
}
