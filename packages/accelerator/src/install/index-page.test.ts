import { expect, test } from 'vitest';
import { parseIndexPage } from './index-page.js';

const address = 'https://index.test/simple/a/';

test('links of an HTML page are relative to it, without their hash', () => {
  const html = `<a class="x" href="../../files/a-1%2Bcpu.whl#sha256=00">a</a><a href='https://f.test/b.whl?x=1&amp;y=2'>b</a>`;
  expect([...parseIndexPage(html, address)]).toEqual([
    ['a-1+cpu.whl', 'https://index.test/files/a-1%2Bcpu.whl'],
    ['b.whl', 'https://f.test/b.whl?x=1&y=2'],
  ]);
});

test('the JSON form gives the same', () => {
  const json = JSON.stringify({ meta: { 'api-version': '1.0' }, files: [{ filename: 'a.whl', url: '/f/a.whl' }, {}] });
  expect([...parseIndexPage(json, address)]).toEqual([['a.whl', 'https://index.test/f/a.whl']]);
});

test('anything else is an empty page', () => {
  expect(parseIndexPage('', address).size).toBe(0);
  expect(parseIndexPage('<a href="/login">Log in</a>', address).size).toBe(0);
  expect(parseIndexPage('{"files": 3}', address).size).toBe(0);
  expect(parseIndexPage('{ not json', address).size).toBe(0);
});
