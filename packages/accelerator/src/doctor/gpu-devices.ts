import { runCommand } from '../install/run-command.js';

/** A GPU as NVIDIA's driver describes it. */
export interface GpuDevice {
  readonly name: string;
  readonly memoryBytes: number;
  readonly driver: string;
}

/** How long `nvidia-smi` may take, in milliseconds: with a driver out of order it can hang. */
const PATIENCE = 10_000;

/** The GPUs that `nvidia-smi` lists; none where that program is missing, fails or hangs. */
export async function gpuDevices(command = 'nvidia-smi'): Promise<readonly GpuDevice[]> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits'];
  const result = await runCommand(command, query, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  return result?.status === 'ended' && result.code === 0 ? parseGpuDevices(result.stdout) : [];
}

/** Lines of `name, MiB, driver`; others are left out. */
export function parseGpuDevices(text: string): readonly GpuDevice[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(.+), (\d+), ([\d.]+)\s*$/.exec(line);
    if (match === null) return [];
    return [{ name: match[1] as string, memoryBytes: Number(match[2]) * 2 ** 20, driver: match[3] as string }];
  });
}
