/** What a ratio must keep to. */
export interface Bar {
  readonly rule: 'at most' | 'at least';
  readonly value: number;
}

export type Verdict = 'holds' | 'MISSES' | 'undecided';

/** Holds a ratio's interval to its bar: one that lies on both sides of it decides nothing. The bar itself is inside. */
export function verdictOf({ low, high }: { readonly low: number; readonly high: number }, bar: Bar): Verdict {
  switch (bar.rule) {
    case 'at most':
      return high <= bar.value ? 'holds' : low > bar.value ? 'MISSES' : 'undecided';
    case 'at least':
      return low >= bar.value ? 'holds' : high < bar.value ? 'MISSES' : 'undecided';
    default:
      throw new RangeError(`bar.rule: at most or at least, got ${String(bar.rule satisfies never)}`);
  }
}
