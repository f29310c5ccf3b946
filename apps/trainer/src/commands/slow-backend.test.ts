import { describe, expect, it } from 'vitest';
import { UsageError } from '../usage-error.js';
import { backendNotice, defaultsFor, slowDefaults } from './slow-backend.js';

const native = { name: 'native', passedOver: [] } as const;
const wasm = {
  name: 'wasm',
  passedOver: [{ backend: 'native', reason: 'it is not installed', mend: 'npm run setup' }],
} as const;

describe('backendNotice', () => {
  it('is silent on native TensorFlow and where the user chose something slow', () => {
    expect(backendNotice('auto', native)).toBeNull();
    expect(backendNotice('native', native)).toBeNull();
    expect(backendNotice('wasm', { name: 'wasm', passedOver: [] })).toBeNull();
  });

  it('says in one line why it is slow, how long it takes and what mends it', () => {
    const notice = backendNotice('auto', wasm);
    expect(notice).toContain('it is not installed');
    expect(notice).toContain('minutes');
    expect(notice).toContain('to mend it: npm run setup');
    expect(notice).not.toContain('\n');
  });

  it('refuses a backend that was asked for and cannot be had', () => {
    expect(() => backendNotice('native', wasm)).toThrow(UsageError);
    expect(() => backendNotice('native', wasm)).toThrow(
      '--backend native: cannot be had: it is not installed; to mend it: npm run setup',
    );
  });
});

it('asks less of a slow backend only', () => {
  expect(defaultsFor(native)).toEqual({});
  expect(defaultsFor(wasm)).toBe(slowDefaults);
});
