import { basename } from 'node:path';
import { configDifferences, describeDifference } from '../config/config-differences.js';
import type { TrainConfig } from '../config/train-config.js';
import type { RunInput, RunRecord } from '../run-directory/run-record.js';

/**
 * In what a recorded run differs from one that would be made now: each difference of the config, and each input file
 * (the base policy above all) with other bytes. None: it may stand for a new one.
 */
export function madeOtherwise(
  record: Pick<RunRecord, 'config' | 'inputs'>,
  config: TrainConfig,
  inputs: readonly RunInput[],
): string[] {
  const bytesOf = (all: readonly RunInput[]) =>
    new Map(all.map(({ role, path, sha256 }) => [`${role} file ${basename(path)}`, sha256]));
  const [recorded, now] = [bytesOf(record.inputs), bytesOf(inputs)];
  const names = [...new Set([...recorded.keys(), ...now.keys()])];
  return [
    ...configDifferences(record.config, config).map(describeDifference),
    ...names.filter((name) => recorded.get(name) !== now.get(name)).map((name) => `the ${name} is not the same`),
  ];
}
