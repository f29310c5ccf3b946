import { expect, test } from 'vitest';
import { moduleSpecifiers } from './module-specifiers.js';

test('finds every way to name a module', () => {
  const source = `
    import 'side-effect';
    import value from "default";
    import {
      one,
      two,
    } from 'many-lines';
    import type { T } from 'types';
    import { type U } from 'inline-types';
    export * from 'again';
    export type { V } from 'again-types';
    const lazy = await import('lazy');
    const old = require('old');
    const path = createRequire(import.meta.url).resolve('old/package.json');
    type W = import('type-position').W;
  `;
  expect(moduleSpecifiers(source)).toEqual([
    'again',
    'again-types',
    'default',
    'inline-types',
    'lazy',
    'many-lines',
    'old',
    'old/package.json',
    'side-effect',
    'type-position',
    'types',
  ]);
});

test('leaves comments out', () => {
  const source = `
    /**
     * import { x } from '@turnwise/policy';
     */
    // import 'isolated-vm';
    export const one = 1;
  `;
  expect(moduleSpecifiers(source)).toEqual([]);
});
