import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { doctor } from './doctor.js';
import { instructionSets } from './instruction-sets.js';
import { renderDiagnosis } from './render-diagnosis.js';

test('without native TensorFlow the screen names what is missing and the command that mends it', async () => {
  const diagnosis = await doctor({ cache: temporaryFolder() });
  expect(diagnosis).toMatchObject({ backend: 'wasm', tensorflowVersion: null, compiler: null, node: process.version });
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
