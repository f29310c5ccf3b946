import { expect, test } from 'vitest';
import { Side } from './side.js';

/** A side in plain Node: says what `script` says, then answers `double` and nothing else. */
function nodeSide(script: string) {
  return { name: 'toy', file: process.execPath, args: ['--eval', script] };
}

const ready = 'console.log(JSON.stringify({ready: {call: "2x", versions: {}, threads: 1, parameters: 0}}));';
const doubling = `${ready}
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { do: action, value } = JSON.parse(line);
  console.log(JSON.stringify(action === 'double' ? { twice: 2 * value } : { error: 'no ' + action }));
});`;

test('is started, asked and ended', async () => {
  const side = await Side.start(nodeSide(doubling));
  expect(side.ready.call).toBe('2x');
  expect(await side.ask('double', { value: 21 })).toEqual({ twice: 42 });
  expect(await side.ask('double', { value: -1 })).toEqual({ twice: -2 });
  await side.end();
});

test('an error that it tells is thrown with its name', async () => {
  const side = await Side.start(nodeSide(doubling));
  await expect(side.ask('treble')).rejects.toThrow('toy: no treble');
  await side.end();
});

test('one that dies is told with the end of what it said', async () => {
  const dying = nodeSide('console.error("out of luck"); process.exit(7)');
  await expect(Side.start(dying)).rejects.toThrow('toy: ended with exit code 7\nout of luck');
  const later = await Side.start(nodeSide(`${ready} process.stdin.once('data', () => process.exit(9));`));
  await expect(later.ask('double', { value: 1 })).rejects.toThrow('toy: ended with exit code 9');
  await later.end();
});

test('one that cannot be started is told', async () => {
  await expect(Side.start({ name: 'toy', file: '/no/such/program', args: [] })).rejects.toThrow(/^toy: .*ENOENT/);
});

test('one that is silent for too long is ended', async () => {
  const silent = nodeSide('setInterval(() => {}, 1000)');
  await expect(Side.start(silent, 0.3)).rejects.toThrow('toy: silent for 0.3 s');
});

test('one that says something else is refused', async () => {
  await expect(Side.start(nodeSide('console.log("hello")'))).rejects.toThrow('one JSON object per line, got hello');
});
