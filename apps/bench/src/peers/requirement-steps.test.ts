import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PYTHON_FOLDER } from '../paths.js';
import { requirementSteps } from './requirement-steps.js';

test('the small ones together, each large one by itself, without comments', () => {
  const text = '# peers\ntorch==2.0\nnvidia-x==1 ; sys_platform == "linux"\n\nrich==15 # a comment\ntqdm==4\n';
  expect(requirementSteps(text)).toEqual([
    ['rich==15', 'tqdm==4'],
    ['torch==2.0'],
    ['nvidia-x==1 ; sys_platform == "linux"'],
  ]);
});

test.each(['requirements.txt', 'requirements-cuda.txt'])('%s pins every version, once', (file) => {
  const lines = requirementSteps(readFileSync(join(PYTHON_FOLDER, file), 'utf8')).flat();
  expect(lines.filter((line) => !/^[A-Za-z0-9_.-]+==[0-9][^ ;]*( ; .+)?$/.test(line))).toEqual([]);
  const names = lines.map((line) => line.split('==')[0]);
  expect(new Set(names).size).toBe(names.length);
});

test('the three peers are among them', () => {
  const lines = requirementSteps(readFileSync(join(PYTHON_FOLDER, 'requirements.txt'), 'utf8')).flat();
  for (const name of ['torch', 'transformers', 'trl'])
    expect(lines.filter((line) => line.startsWith(`${name}==`))).toHaveLength(1);
});
