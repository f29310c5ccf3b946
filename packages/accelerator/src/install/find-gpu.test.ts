import { expect, test } from 'vitest';
import { findGpu, type GpuLook } from './find-gpu.js';

/** A system with these entries of /dev, PCI devices as [vendor, class], and variables. */
function system(
  dev: readonly string[],
  pci: Readonly<Record<string, readonly [string, string]>> = {},
  environment: GpuLook['environment'] = {},
): GpuLook {
  return {
    environment,
    list: (folder) => (folder === '/dev' ? dev : folder === '/sys/bus/pci/devices' ? Object.keys(pci) : []),
    read: (file) => {
      const [device = '', name] = file.split('/').slice(-2);
      return `${pci[device]?.[name === 'vendor' ? 0 : 1] ?? ''}\n`;
    },
  };
}

test.each([[['null', 'nvidia0', 'nvidiactl']], [['nvidia7']], [['dxg']]])('%j shows a GPU', (dev) => {
  expect(findGpu(system(dev))).toEqual({ status: 'visible' });
  expect(findGpu(system(dev, {}, { CUDA_VISIBLE_DEVICES: '0,1' }))).toEqual({ status: 'visible' });
});

test.each(['', '-1', '-1,0'])('CUDA_VISIBLE_DEVICES "%s" hides it, and that is named', (CUDA_VISIBLE_DEVICES) => {
  expect(findGpu(system(['nvidia0'], {}, { CUDA_VISIBLE_DEVICES }))).toEqual({
    status: 'none',
    reason: `CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES}" hides every GPU`,
    mend: 'unset CUDA_VISIBLE_DEVICES',
  });
});

test('a card without a device is a missing driver; another maker, or no card, cannot be mended', () => {
  const card = { '0000:01:00.0': ['0x10de', '0x030000'] } as const;
  expect(findGpu(system(['nvidiactl'], card))).toMatchObject({
    status: 'none',
    reason: expect.stringMatching(/driver shows no device/),
    mend: expect.stringMatching(/driver 525/),
  });
  const none = { status: 'none', reason: 'no NVIDIA GPU is visible (/dev holds no nvidia0)', mend: null };
  expect(findGpu(system([], { a: ['0x8086', '0x030000'], b: ['0x10de', '0x040300'] }))).toEqual(none);
  expect(findGpu(system([]))).toEqual(none);
});
