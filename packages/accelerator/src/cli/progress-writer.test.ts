import { expect, test } from 'vitest';
import { progressWriter } from './progress-writer.js';

const file = 'tensorflow_cpu-2.18.1-cp311.whl';

function record(isTTY: boolean) {
  const clock = { time: 0 };
  const target = { isTTY, text: '', write: (text: string) => (target.text += text) };
  const onEvent = progressWriter(target, () => clock.time);
  const at = (time: number, done: number) => {
    clock.time = time;
    onEvent({ status: 'download', file, done, total: 20e6 });
  };
  return { target, onEvent, at };
}

test('on a terminal one line is rewritten ten times a second, with megabytes, rate and time left', () => {
  const { target, onEvent, at } = record(true);
  at(1000, 0);
  at(1050, 1e6);
  at(2000, 4e6);
  at(5000, 20e6);
  onEvent({ status: 'note', text: 'unpacking' });
  const lines = target.text.split('\r\u001b[2K').slice(1);
  expect(lines).toEqual([
    'downloading tensorflow_cpu 2.18.1: 0 of 20 MB, 0.0 MB/s',
    'downloading tensorflow_cpu 2.18.1: 4 of 20 MB, 4.0 MB/s, 4 s left',
    'downloading tensorflow_cpu 2.18.1: 20 of 20 MB, 5.0 MB/s\nunpacking\n',
  ]);
});

test('elsewhere a plain line every ten seconds and at the end', () => {
  const { target, at } = record(false);
  at(0, 0);
  at(9_000, 9e6);
  at(10_000, 10e6);
  at(11_000, 11e6);
  at(20_000, 20e6);
  expect(target.text).toBe(
    'downloading tensorflow_cpu 2.18.1: 10 of 20 MB, 1.0 MB/s, 10 s left\n' +
      'downloading tensorflow_cpu 2.18.1: 20 of 20 MB, 1.0 MB/s\n',
  );
});

test('the rate of a resumed download counts only what came now', () => {
  const { target, at } = record(false);
  at(0, 10e6);
  at(10_000, 15e6);
  expect(target.text).toContain('15 of 20 MB, 0.5 MB/s, 10 s left');
});
