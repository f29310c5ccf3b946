import { expect, test } from 'vitest';
import { parseIni, pipSettings } from './pip-settings.js';

const reader = (files: Record<string, string>) => (file: string) => files[file] ?? null;

test('without settings there is one index, the default of the package URL standard', () => {
  const { indexes, findLinks } = pipSettings({}, reader({}), '/home/ada');
  expect(indexes).toHaveLength(1);
  expect(indexes[0]).toMatch(/^https:\/\/[^/]+\/simple$/);
  expect(findLinks).toEqual([]);
});

test('variables beat files, the user beats the machine, and extra indexes follow', () => {
  const files = {
    '/etc/pip.conf':
      '[global]\nindex-url = https://machine.test/simple/\nextra-index-url = https://extra.test/a\n  https://extra.test/b',
    '/home/ada/.config/pip/pip.conf':
      '[global]\nindex_url: https://user.test/simple\n[install]\nindex-url = https://no.test',
  };
  expect(pipSettings({}, reader(files), '/home/ada').indexes).toEqual([
    'https://user.test/simple',
    'https://extra.test/a',
    'https://extra.test/b',
  ]);
  expect(pipSettings({ PIP_INDEX_URL: 'https://env.test/simple' }, reader(files), '/home/ada').indexes[0]).toBe(
    'https://env.test/simple',
  );
  expect(
    pipSettings(
      { PIP_INDEX_URL: 'https://env.test', TURNWISE_PYTHON_INDEX: 'https://own.test' },
      reader(files),
      '/home/ada',
    ).indexes[0],
  ).toBe('https://own.test');
});

test('PIP_NO_INDEX leaves no index, PIP_CONFIG_FILE=/dev/null no file', () => {
  expect(pipSettings({ PIP_NO_INDEX: '1' }, reader({}), '/home/ada').indexes).toEqual([]);
  const files = { '/etc/pip.conf': '[global]\nno-index = true' };
  expect(pipSettings({}, reader(files), '/home/ada').indexes).toEqual([]);
  expect(pipSettings({ PIP_CONFIG_FILE: '/dev/null' }, reader(files), '/home/ada').indexes).toHaveLength(1);
});

test('find-links keeps folders and file addresses, not web pages', () => {
  const { findLinks } = pipSettings(
    { PIP_FIND_LINKS: '/wheels file:///more https://web.test/wheels' },
    reader({}),
    '/',
  );
  expect(findLinks).toEqual(['/wheels', '/more']);
});

test('an ini file has sections, comments and values over several lines', () => {
  const sections = parseIni('; c\n[a]\nkey = 1\n# c\nlong =\n  x\n  y\n[b]\nkey=2\n');
  expect(sections.get('a')?.get('key')).toBe('1');
  expect(sections.get('a')?.get('long')).toBe('x y');
  expect(sections.get('b')?.get('key')).toBe('2');
});
