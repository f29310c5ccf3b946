/** What the chart is drawn with. */
interface Ink {
  readonly axis: string;
  readonly corner: string;
  readonly floor: string;
  readonly mark: string;
}

const unicodeInk: Ink = { axis: '│', corner: '└', floor: '─', mark: '•' };
const asciiInk: Ink = { axis: '|', corner: '+', floor: '-', mark: '*' };

export interface ChartOptions {
  readonly unicode: boolean;
  /** Columns of the plot without its labels. Default 60. */
  readonly width?: number;
  /** Rows of the plot. Default 10. */
  readonly height?: number;
}

/**
 * Accuracy over updates as text, 0 to 100 % from bottom to top. `values[i]` is the share right in update `i + 1`;
 * with more updates than columns each column shows the mean of its updates. No values give no lines.
 */
export function accuracyChart(
  values: readonly number[],
  { unicode, width = 60, height = 10 }: ChartOptions,
): readonly string[] {
  if (values.length === 0) return [];
  const ink = unicode ? unicodeInk : asciiInk;
  const columns = columnMeans(values, Math.min(width, values.length));
  const rowOf = (share: number) => Math.round(Math.min(1, Math.max(0, share)) * (height - 1));
  const lines = Array.from({ length: height }, (_, index) => {
    const row = height - 1 - index;
    const marks = columns.map((share) => (rowOf(share) === row ? ink.mark : ' ')).join('');
    return `${label(row, height)} ${ink.axis}${marks}`.trimEnd();
  });
  const last = `update ${values.length}`;
  return [
    ...lines,
    `      ${ink.corner}${ink.floor.repeat(columns.length)}`,
    `       1${last.padStart(Math.max(last.length + 1, columns.length - 1))}`,
  ];
}

/** Only the lowest, the middle and the highest row are labelled. */
function label(row: number, height: number): string {
  const shares = new Map([
    [0, '  0 %'],
    [height - 1, '100 %'],
  ]);
  if (height % 2 === 1) shares.set((height - 1) / 2, ' 50 %');
  return shares.get(row) ?? '     ';
}

/** Splits `values` into `count` runs of nearly equal length and takes the mean of each. */
function columnMeans(values: readonly number[], count: number): readonly number[] {
  return Array.from({ length: count }, (_, column) => {
    const part = values.slice(
      Math.floor((column * values.length) / count),
      Math.floor(((column + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
}
