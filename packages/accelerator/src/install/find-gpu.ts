import { readdirSync, readFileSync } from 'node:fs';

/** Whether the system shows this process a GPU of NVIDIA's; if not, why, and what mends it (`null`: nothing can). */
export type GpuSight =
  | { readonly status: 'visible' }
  | { readonly status: 'none'; readonly reason: string; readonly mend: string | null };

/** How the system is asked. A folder that cannot be read is empty, a file that cannot be read is the empty text. */
export interface GpuLook {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly list: (folder: string) => readonly string[];
  readonly read: (file: string) => string;
}

const PCI = '/sys/bus/pci/devices';
const NVIDIA_VENDOR = '0x10de';
/** PCI classes of displays begin so (VGA 0x0300, 3D controller 0x0302). */
const DISPLAY_CLASS = /^0x03/;

/**
 * Looks for a GPU without loading anything: a device file of NVIDIA's driver (`/dev/nvidia0`, on the Linux of Windows
 * `/dev/dxg`) that `CUDA_VISIBLE_DEVICES` does not hide. A device that is there may still not work: TensorFlow says so
 * when it is loaded. Costs microseconds.
 */
export function findGpu(look: GpuLook = thisSystem()): GpuSight {
  const hidden = look.environment['CUDA_VISIBLE_DEVICES'];
  if (hidden !== undefined && /^\s*(-1.*)?$/.test(hidden)) {
    return {
      status: 'none',
      reason: `CUDA_VISIBLE_DEVICES="${hidden}" hides every GPU`,
      mend: 'unset CUDA_VISIBLE_DEVICES',
    };
  }
  if (look.list('/dev').some((name) => /^(nvidia\d+|dxg)$/.test(name))) return { status: 'visible' };
  if (look.list(PCI).some((device) => isNvidiaDisplay(look, device))) {
    return {
      status: 'none',
      reason: 'there is an NVIDIA card, but its driver shows no device in /dev',
      mend: "install NVIDIA's driver 525.60 or newer; in a container, start it with its GPUs (docker run --gpus all)",
    };
  }
  return { status: 'none', reason: 'no NVIDIA GPU is visible (/dev holds no nvidia0)', mend: null };
}

function isNvidiaDisplay({ read }: GpuLook, device: string): boolean {
  return (
    read(`${PCI}/${device}/vendor`).trim() === NVIDIA_VENDOR &&
    DISPLAY_CLASS.test(read(`${PCI}/${device}/class`).trim())
  );
}

function thisSystem(): GpuLook {
  const quiet = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };
  return {
    environment: process.env,
    list: (folder) => quiet(() => readdirSync(folder), []),
    read: (file) => quiet(() => readFileSync(file, 'utf8'), ''),
  };
}
