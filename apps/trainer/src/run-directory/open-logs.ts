import { join } from 'node:path';
import { AppendLog } from './append-log.js';
import type { FileSystem } from './file-system.js';
import type { RunLogs } from './run-directory.js';

/** The four logs of a run directory. */
export async function openLogs(directory: string, fileSystem: FileSystem): Promise<RunLogs> {
  const open = (name: string) => AppendLog.open(join(directory, `${name}.jsonl`), fileSystem);
  return {
    trajectories: await open('trajectories'),
    metrics: await open('metrics'),
    telemetry: await open('telemetry'),
    evaluation: await open('evaluation'),
  };
}
