import { expect, test } from 'vitest';
import { ExecutorLog } from './executor-log.js';

const line = (at: string, what: string, node: number, name: string, operation: string, step = 1) =>
  `2026-01-02 10:00:${at}: I tensorflow/core/common_runtime/executor.cc:878] ${what}: ${node} step ${step} {{node ${name}}} = ${operation}[T=DT_FLOAT](x) device: /CPU:0`;

test('adds up time by operation, less what the log takes', () => {
  const log = new ExecutorLog();
  log.read('2026-01-02 10:00:00.0: I tensorflow/cc/saved_model/loader.cc:466] something else');
  // Two products at once, on two threads; each line costs 0.5 ms, which the idle operation shows.
  log.read(line('00.001000', 'Process node', 1, 'a', '_MklMatMul'));
  log.read(line('00.002000', 'Process node', 2, 'b', '_MklMatMul'));
  log.read(line('00.011500', 'Synchronous kernel done', 1, 'a', '_MklMatMul'));
  log.read(line('00.022500', 'Synchronous kernel done', 2, 'b', '_MklMatMul'));
  log.read(line('00.023000', 'Process node', 3, 'c', 'Identity'));
  log.read(line('00.023500', 'Synchronous kernel done', 3, 'c', 'Identity'));
  log.read(line('00.024000', 'Process node', 4, 'd', 'Add'));
  log.read(line('00.026500', 'Synchronous kernel done', 4, 'd', 'Add'));
  const times = log.operations(2);
  expect(times.map(({ operation, count }) => [operation, count])).toEqual([
    ['_MklMatMul', 1],
    ['Add', 0.5],
    ['Identity', 0.5],
  ]);
  expect(times.map(({ ms }) => Number(ms.toFixed(3)))).toEqual([15, 1, 0]);
});

test('a node of a loop runs again and again in one step', () => {
  const log = new ExecutorLog();
  for (const second of ['01', '02', '03']) {
    log.read(line(`${second}.000`, 'Process node', 7, 'loop/a', 'Mul'));
    log.read(line(`${second}.004`, 'Synchronous kernel done', 7, 'loop/a', 'Mul'));
  }
  expect(log.operations(1)).toMatchObject([{ operation: 'Mul', count: 3 }]);
  log.clear();
  expect(log.operations(1)).toEqual([]);
});
