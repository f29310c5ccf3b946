import { describe, expect, it } from 'vitest';
import { overlongPenalty } from './overlong-penalty.js';

describe('overlongPenalty', () => {
  it('falls from 0 to -1 over the buffer', () => {
    const penalties = overlongPenalty([0, 16, 17, 18, 20, 25], { maxTokens: 20, buffer: 4 });
    expect([...penalties].map((value) => value + 0)).toEqual([0, 0, -0.25, -0.5, -1, -1]);
  });

  it('may fall from the first token on', () => {
    expect([...overlongPenalty([1, 2], { maxTokens: 4, buffer: 4 })]).toEqual([-0.25, -0.5]);
  });

  it.each([
    [{ maxTokens: 0, buffer: 1 }, 'maxTokens: must be finite and above 0, got 0'],
    [{ maxTokens: 4, buffer: 5 }, 'buffer: must be above 0 and at most 4, got 5'],
    [{ maxTokens: 4, buffer: 0 }, 'buffer: must be above 0 and at most 4, got 0'],
  ])('refuses %o', (options, message) => {
    expect(() => overlongPenalty([1], options)).toThrow(new RangeError(message));
  });
});
