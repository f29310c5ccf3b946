const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
const LATE_MONTHS = ['November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * A time in UTC as Python's `strftime` writes it in the C locale, for the fields that chat templates use: `%Y %m %d %b
 * %B %a %A %H %M %S %j %y %%`. Anything else stays as it is.
 */
export function strftime(time: Date, format: string): string {
  const month = [...MONTHS, ...LATE_MONTHS][time.getUTCMonth()] as string;
  const day = DAYS[time.getUTCDay()] as string;
  const yearStart = Date.UTC(time.getUTCFullYear(), 0, 1);
  const fields: Readonly<Record<string, string>> = {
    Y: String(time.getUTCFullYear()),
    y: padded(time.getUTCFullYear() % 100),
    m: padded(time.getUTCMonth() + 1),
    d: padded(time.getUTCDate()),
    B: month,
    b: month.slice(0, 3),
    A: day,
    a: day.slice(0, 3),
    H: padded(time.getUTCHours()),
    M: padded(time.getUTCMinutes()),
    S: padded(time.getUTCSeconds()),
    j: padded(Math.floor((time.getTime() - yearStart) / 86_400_000) + 1, 3),
    '%': '%',
  };
  return format.replace(/%(.)/gsu, (whole, field: string) => fields[field] ?? whole);
}

const padded = (value: number, digits = 2): string => String(value).padStart(digits, '0');
