import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from './cache-folder.js';

test('the folder follows the variables in order of precedence', () => {
  const home = '/home/ada';
  expect(cacheFolder({}, 'linux', home)).toBe('/home/ada/.cache/turnwise');
  expect(cacheFolder({ XDG_CACHE_HOME: '/fast' }, 'linux', home)).toBe('/fast/turnwise');
  expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux', home)).toBe('/home/ada/.cache/turnwise');
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'linux', home)).toBe('/home/ada/.cache/turnwise');
  expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32', home)).toBe(join('/local', 'turnwise'));
  expect(cacheFolder({ TURNWISE_CACHE: 'mine', XDG_CACHE_HOME: '/fast' }, 'linux', home)).toBe(resolve('mine'));
  expect(cacheFolder({ TURNWISE_CACHE: '' }, 'linux', home)).toBe('/home/ada/.cache/turnwise');
});
