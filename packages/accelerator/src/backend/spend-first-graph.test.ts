import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { nativeInstalled } from '../../test/native-installed.js';
import type { NativeBackend } from '../graph/native-backend.js';
import { cacheFolder } from '../install/cache-folder.js';
import { nativeLayout } from '../install/native-layout.js';
import { type Platform, platformOf, thisMachine } from '../install/platform.js';
import { createBackend } from './create-backend.js';
import { type QuietStderr, quietStderr, spendFirstGraph } from './spend-first-graph.js';

const native = nativeInstalled();
const addon = () => nativeLayout(cacheFolder(), platformOf(thisMachine()) as Platform).quietStderr;

/** What a process that runs `body` with the addon writes to its standard error. */
function stderrOf(body: string): string {
  const program = `
    const { withoutStderr } = require(${JSON.stringify(addon())});
    const say = (text) => require('node:fs').writeSync(2, text);
    ${body}
  `;
  const { stderr, status } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return stderr;
}

test.skipIf(!native)('standard error is gone during the callback and back after it, nested calls included', () => {
  const body = `
    say('a');
    withoutStderr(() => { say('b'); withoutStderr(() => say('c')); say('d'); });
    say('e');
  `;
  expect(stderrOf(body)).toBe('ae');
});

test.skipIf(!native)('standard error is back after a callback that throws, and its error comes through', () => {
  const body = `
    try {
      withoutStderr(() => { say('b'); throw new Error('mine'); });
    } catch (error) {
      say(error.message);
    }
  `;
  expect(stderrOf(body)).toBe('mine');
});

test.skipIf(!native)('standard error is back after two threads switched it off at the same time', () => {
  const body = `
    const { Worker } = require('node:worker_threads');
    const source = \`const { withoutStderr } = require(${JSON.stringify(addon())});
      for (let i = 0; i < 300; i++) withoutStderr(() => require('node:fs').writeSync(2, 'b'));\`;
    let running = 2;
    for (const _ of [1, 2]) new Worker(source, { eval: true }).once('exit', () => --running === 0 && say('e'));
  `;
  expect(stderrOf(body)).toBe('e');
});

test.skipIf(!native)('the callback gives its value, and what is no function is refused', () => {
  const { withoutStderr } = createRequire(import.meta.url)(addon()) as QuietStderr;
  expect(withoutStderr(() => 7)).toBe(7);
  expect(() => withoutStderr(7 as never)).toThrow(new TypeError('withoutStderr: callback must be a function'));
});

test.skipIf(!native)('the first graph leaves neither a tensor nor a graph', async () => {
  const { tf } = await createBackend();
  const backend = tf.backend() as unknown as NativeBackend;
  const { binding } = backend;
  const before = [binding.getNumOfTensors(), binding.getNumOfSavedModels()];
  expect(spendFirstGraph(backend, quietStderr(addon(), '3'))).toBe(true);
  expect([binding.getNumOfTensors(), binding.getNumOfSavedModels()]).toEqual(before);
});

test('nothing is done at a log level at which TensorFlow is to be heard, or without the addon', () => {
  const backend = {} as NativeBackend;
  for (const level of ['0', '1', '']) {
    expect(spendFirstGraph(backend, quietStderr(native ? addon() : '/missing.node', level))).toBe(false);
  }
  const missing = quietStderr('/missing.node', '3');
  expect(spendFirstGraph(backend, missing)).toBe(false);
  expect(missing.withoutStderr(() => 7)).toBe(7);
});
