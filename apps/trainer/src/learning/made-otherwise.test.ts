import { expect, it } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { madeOtherwise } from './made-otherwise.js';

const config = resolveConfig({ algorithm: 'gtpo', seed: '1' }, '/');
const base = (sha256: string) => [{ role: 'policy', path: '/here/base/model.safetensors', sha256 }];

it('finds nothing in a run of the same config and inputs, wherever they lie', () => {
  const moved = [{ role: 'policy', path: '/there/model.safetensors', sha256: 'a' }];
  expect(madeOtherwise({ config, inputs: base('a') }, config, moved)).toEqual([]);
});

it('names a setting and a file that have changed', () => {
  const other = resolveConfig({ algorithm: 'gtpo', seed: '1', learningRate: '0.001' }, '/');
  expect(madeOtherwise({ config, inputs: base('a') }, other, base('b'))).toEqual([
    'learningRate: the run has 0.0005, given 0.001',
    'the policy file model.safetensors is not the same',
  ]);
  expect(madeOtherwise({ config, inputs: [] }, config, base('b'))).toEqual([
    'the policy file model.safetensors is not the same',
  ]);
});
