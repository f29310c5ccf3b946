import { expect, test } from 'vitest';
import { readmeExample } from '../../scripts/pack/readme-example.mjs';

test('takes the first ts block and no other', () => {
  const readme = ['# x', '```sh', 'npm install x', '```', '```ts', 'one();', '```', '```ts', 'two();', '```'].join(
    '\n',
  );
  expect(readmeExample(readme)).toBe('one();\n');
});

test('an indented fence inside the block does not end it; Windows line ends are read', () => {
  expect(readmeExample('```ts\r\nconst fence = "  ```";\r\n```\r\n')).toBe('const fence = "  ```";\n');
});

test('tsx and json are not ts; no block is null', () => {
  expect(readmeExample('```tsx\n<a/>\n```\n```json\n{}\n```\n')).toBeNull();
});
