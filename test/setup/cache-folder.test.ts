import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../scripts/setup/cache-folder.mjs';

const machine = { env: {}, platform: 'linux', home: '/home/ada', root: '/src/turnwise' };

test.each([
  ['the home folder', machine, '/home/ada/.cache/turnwise'],
  ['XDG_CACHE_HOME', { ...machine, env: { XDG_CACHE_HOME: '/fast' } }, '/fast/turnwise'],
  [
    'a relative XDG_CACHE_HOME counts as unset',
    { ...machine, env: { XDG_CACHE_HOME: 'x' } },
    '/home/ada/.cache/turnwise',
  ],
  ['TURNWISE_CACHE comes first', { ...machine, env: { TURNWISE_CACHE: '/c', XDG_CACHE_HOME: '/fast' } }, '/c'],
  ['a relative TURNWISE_CACHE', { ...machine, env: { TURNWISE_CACHE: 'c' } }, '/src/turnwise/c'],
  ['an empty TURNWISE_CACHE', { ...machine, env: { TURNWISE_CACHE: '' } }, '/home/ada/.cache/turnwise'],
  ['no home folder', { ...machine, home: '' }, '/src/turnwise/.cache/turnwise'],
  ['Windows', { ...machine, platform: 'win32', env: { LOCALAPPDATA: '/local' } }, join('/local', 'turnwise')],
])('%s', (_name, given, expected) => {
  expect(cacheFolder(given)).toBe(expected);
});
