import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { chooseThreads, publishThreads } from './threads.js';

afterEach(() => vi.unstubAllEnvs());

test('an option beats a variable, a variable the default', () => {
  const environment = { TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '5' };
  expect(chooseThreads({}, {}, 8)).toEqual({ intraOp: 1, interOp: 8 });
  expect(chooseThreads({}, environment, 8)).toEqual({ intraOp: 3, interOp: 5 });
  expect(chooseThreads({ intraOp: 2 }, environment, 8)).toEqual({ intraOp: 2, interOp: 5 });
  expect(chooseThreads({}, { TF_NUM_INTRAOP_THREADS: '0', TF_NUM_INTEROP_THREADS: 'all' }, 8)).toEqual({
    intraOp: 1,
    interOp: 8,
  });
});

test.each([0, -1, 1.5, Number.NaN])('threads.intraOp %s is refused', (intraOp) => {
  expect(() => chooseThreads({ intraOp })).toThrow(`threads.intraOp: a whole number above 0, got ${intraOp}`);
});

test('the main thread publishes the sizes and silence, and respects a log level that is set', () => {
  vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '1');
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '');
  vi.stubEnv('TF_NUM_INTEROP_THREADS', '');
  expect(publishThreads({ intraOp: 2, interOp: 4 })).toBe(true);
  expect(process.env['TF_NUM_INTRAOP_THREADS']).toBe('2');
  expect(process.env['TF_NUM_INTEROP_THREADS']).toBe('4');
  expect(process.env['TF_CPP_MIN_LOG_LEVEL']).toBe('1');
});

test('in a worker thread the sizes hold only if the main thread set them', async () => {
  const program = `
    import { parentPort } from 'node:worker_threads';
    const { publishThreads } = await import(${JSON.stringify(new URL('../../dist/backend/threads.js', import.meta.url).href)});
    parentPort.postMessage(publishThreads({ intraOp: 2, interOp: 4 }));
  `;
  const inWorker = (env: Record<string, string>) =>
    new Promise((answer, fail) => {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { env });
      worker.once('message', answer).once('error', fail);
    });
  expect(await inWorker({})).toBe(false);
  expect(await inWorker({ TF_NUM_INTRAOP_THREADS: '2', TF_NUM_INTEROP_THREADS: '4' })).toBe(true);
});
