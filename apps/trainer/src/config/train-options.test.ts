import { describe, expect, it } from 'vitest';
import { trainConfigSchema } from './train-config.js';
import { camelCase, flagOf, trainOptions } from './train-options.js';

describe('trainOptions', () => {
  it('has one option for each key of the config, and four for the parts of reward and estimator', () => {
    const parts = ['turnReward', 'shaping', 'discount', 'normaliseOver'];
    const names = trainOptions.map(({ flag }) => camelCase(flag));
    expect([...names].sort()).toEqual([...Object.keys(trainConfigSchema.shape), ...parts].sort());
  });

  it('goes from flag to name and back', () => {
    expect(camelCase('max-tokens-per-turn')).toBe('maxTokensPerTurn');
    expect(flagOf('maxTokensPerTurn')).toBe('--max-tokens-per-turn');
  });
});
