import type { ToolResult } from '@turnwise/trajectory';
import { expect, it } from 'vitest';
import { countedRunner } from './counted-runner.js';

it('passes code, options and results on, and counts the timeouts', async () => {
  const statuses: ToolResult['status'][] = ['ok', 'timeout', 'error', 'timeout'];
  const seen: unknown[] = [];
  const runner = countedRunner({
    run: async (code, options) => {
      seen.push([code, options]);
      return { status: statuses[seen.length - 1] ?? 'ok', text: code };
    },
  });
  const { signal } = new AbortController();
  const results = [];
  for (const code of ['a', 'b', 'c', 'd']) results.push(await runner.run(code, { signal }));
  expect(results.map(({ status }) => status)).toEqual(statuses);
  expect(seen[0]).toEqual(['a', { signal }]);
  expect(runner.timeouts()).toBe(2);
});
