import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RowResult } from '../result.js';
import { cellsOf, ratioText } from './cells.js';
import { markdownSection, replaceSection } from './markdown-section.js';
import { readResults, saveResults } from './saved-results.js';
import { textTable } from './text-table.js';

const ran: RowResult = {
  status: 'run',
  id: 'step-d128',
  comparisons: [
    {
      title: 'GTPO step, d128',
      against: 'PyTorch eager',
      unit: 'ms',
      ours: 82.04,
      peer: 1180.4,
      ratio: { mean: 0.41237, low: 0.4, high: 0.43 },
      bar: { rule: 'at most', value: 0.5 },
      verdict: 'holds',
      samples: 30,
      othersLoad: 0.04,
    },
  ],
  sides: [{ name: 'Turnwise', call: 'policy.update', versions: { node: '24.0.0' }, threads: 2, parameters: 820_000 }],
  notes: ['first step 3 s'],
  seconds: 12.3,
  at: '2026-01-02T03:04:05.000Z',
};
const notRun: RowResult = { status: 'not run', id: 'grpo', reason: 'no Python\nTraceback' };

test('a comparison is a line of the table', () => {
  const cells = ['GTPO step, d128', 'PyTorch eager', '82.0 ms', '1,180 ms', '0.412', '0.400 to 0.430'];
  expect(cellsOf(ran)).toEqual([[...cells, 'at most 0.5', 'holds', '30', '0.0']]);
  expect(cellsOf(notRun)).toEqual([['grpo', '', '', '', '', '', '', 'not run', '', '']]);
});

test('ratios have three digits', () => {
  const ratios = [0, 6.0321, 0.41237, 0.000012, Number.NaN, null];
  expect(ratios.map(ratioText)).toEqual(['0', '6.03', '0.412', '1.2e-5', '', '']);
});

test('columns are as wide as their widest cell', () => {
  expect(
    textTable([
      ['a', 'bb', 'c'],
      ['aaa', 'b', '10'],
    ]),
  ).toEqual(['a    bb   c', 'aaa  b   10']);
});

test('the section of the docs tells machine, table, calls and what was not run', () => {
  const machine = { system: 'Linux x64', processor: 'a processor', cores: 2, memoryBytes: 16e9 };
  const lines = markdownSection([ran, notRun], machine).split('\n');
  expect(lines[0]).toBe('Linux x64, a processor, 2 cores, 16 GB; 2026-01-02.');
  expect(lines).toContain(
    '| GTPO step, d128 | PyTorch eager | 82.0 ms | 1,180 ms | 0.412 | 0.400 to 0.430 | at most 0.5 | holds | 30 | 0.0 |',
  );
  expect(lines).toContain('* grpo: not run: no Python');
  expect(lines).toContain('    * Turnwise: `policy.update`; node 24.0.0; threads: 2; 0.82 M parameters');
});

test('only what stands between the marks is replaced', () => {
  const text = 'before\n<!-- policy: begin -->\nold\n<!-- policy: end -->\nafter\n';
  const replaced = 'before\n<!-- policy: begin -->\nnew\n<!-- policy: end -->\nafter\n';
  expect(replaceSection(text, 'policy', 'new')).toBe(replaced);
  expect(replaceSection(replaced, 'policy', 'new')).toBe(replaced);
  expect(() => replaceSection(text, 'gpu', 'new')).toThrow(
    'docs: must hold <!-- gpu: begin --> before <!-- gpu: end -->',
  );
});

test('rows that are run one at a time add up, and a failure does not wipe a result', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bench-'));
  saveResults('policy', [notRun], cache);
  saveResults('policy', [ran], cache);
  saveResults('policy', [{ status: 'not run', id: 'step-d128', reason: 'late' }], cache);
  expect([...readResults('policy', cache).values()]).toEqual([notRun, ran]);
  expect(readResults('gpu', cache).size).toBe(0);
});
