import { expect, test } from 'vitest';
import { formatTable } from '../../scripts/checks/format-table.mjs';

const plain = { bold: (text: string) => text, red: (text: string) => text };

test('columns are as wide as their widest cell; a short row is no trouble', () => {
  const rows = [['package', 'types'], ['gtpo', 'FAILED'], ['changeset version', 'ok'], ['alone']];
  expect(formatTable(rows, plain).split('\n')).toEqual([
    'package            types',
    'gtpo               FAILED',
    'changeset version  ok',
    'alone',
  ]);
});

test('a failure stands out, and so does the heading', () => {
  const marked = { bold: (text: string) => `*${text}*`, red: (text: string) => `!${text}!` };
  expect(formatTable([['a'], ['FAILED'], ['ok']], marked).split('\n')).toEqual(['*a*', '!FAILED!', 'ok']);
});
