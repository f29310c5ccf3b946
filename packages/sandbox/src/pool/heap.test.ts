import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from './heap.js';

test('comes out sorted, whatever went in between', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { freq: 3 })), (actions) => {
      const heap = new Heap<number>((a, b) => a < b);
      const model: number[] = [];
      for (const action of actions) {
        if (action === null) {
          expect(heap.pop()).toBe(model.shift());
        } else {
          heap.push(action);
          model.push(action);
          model.sort((a, b) => a - b);
        }
        expect(heap.first()).toBe(model[0]);
        expect(heap.size).toBe(model.length);
      }
    }),
  );
});
