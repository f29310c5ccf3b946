/** `0.4312` → `43.1 %`. */
export function percent(share: number): string {
  return `${percentNumber(share)} %`;
}

/** `0.4312` → `43.1`, where the unit stands elsewhere. */
export function percentNumber(share: number): string {
  return (100 * share).toFixed(1);
}

/** A difference of shares in points, signed: `0.4312` → `+43.1`. */
export function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return difference >= 0 && !text.startsWith('-') ? `+${text}` : text;
}

/** `[40.6, 45.7]`, in per cent. */
export function percentInterval(low: number, high: number): string {
  return `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

/** `950`, `12.3k`, `4.1M`. */
export function compact(value: number): string {
  if (value < 1000) return value.toFixed(0);
  if (value < 999_950) return `${(value / 1000).toFixed(1)}k`;
  return `${(value / 1e6).toFixed(1)}M`;
}

/** `4.2 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
