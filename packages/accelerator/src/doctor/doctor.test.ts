import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { doctor } from './doctor.js';
import { gpuDevices, parseGpuDevices } from './gpu-devices.js';
import { instructionSets } from './instruction-sets.js';
import { renderDiagnosis } from './render-diagnosis.js';

test('without native TensorFlow the screen names what is missing and the command that mends it', async () => {
  const diagnosis = await doctor({ cache: temporaryFolder() });
  expect(diagnosis).toMatchObject({ backend: 'wasm', tensorflowVersion: null, installed: [], node: process.version });
  expect(diagnosis.cores).toBeGreaterThan(0);
  const screen = renderDiagnosis(diagnosis);
  expect(screen).toMatch(/^backend +wasm$/m);
  expect(screen).toMatch(/^missing +native: native TensorFlow is not installed in .*; to mend it: npx @turnwise/m);
  expect(screen.split('\n').length).toBeLessThan(24);
  expect(JSON.parse(JSON.stringify(diagnosis))).toEqual(diagnosis);
});

test('instruction sets are read from the text of Linux, x86 and ARM', () => {
  expect(instructionSets('processor : 0\nflags\t\t: fpu sse4_2 avx avx2 hypervisor\n')).toEqual([
    'sse4_2',
    'avx',
    'avx2',
  ]);
  expect(instructionSets('Features\t: fp asimd sve\n')).toEqual(['asimd', 'sve']);
  expect(instructionSets('')).toBeNull();
  expect(instructionSets(null)).toBeNull();
});

test('GPUs are read from the lines of nvidia-smi, and what is no such line is left out', () => {
  const text = 'NVIDIA H200, 143771, 550.54.15\nTesla T4, 15360, 535.104.05\nNo devices were found\n';
  expect(parseGpuDevices(text)).toEqual([
    { name: 'NVIDIA H200', memoryBytes: 143771 * 1024 * 1024, driver: '550.54.15' },
    { name: 'Tesla T4', memoryBytes: 15360 * 1024 * 1024, driver: '535.104.05' },
  ]);
});

test('a program that is not there, or fails, lists no GPU', async () => {
  expect(await gpuDevices('no-such-program')).toEqual([]);
  expect(await gpuDevices('false')).toEqual([]);
});

test('the screen has a row per GPU with its memory and driver, and each build with its compiler', async () => {
  const base = await doctor({ cache: temporaryFolder() });
  const screen = renderDiagnosis({
    ...base,
    backend: 'cuda',
    gpus: [{ name: 'NVIDIA H200', memoryBytes: 143771 * 2 ** 20, driver: '550.54.15' }],
    noGpu: null,
    installed: [{ build: 'cuda', compiler: 'g++ 12' }],
  });
  expect(screen).toMatch(/^GPU +NVIDIA H200, 140\.4 GiB, driver 550\.54\.15$/m);
  expect(screen).toMatch(/^installed +TensorFlow for CUDA \(binding by g\+\+ 12\)$/m);
  expect(renderDiagnosis({ ...base, noGpu: 'why' })).toMatch(/^GPU +none: why$/m);
});
