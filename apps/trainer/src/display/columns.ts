export interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** One line of cells, padded to their columns and two spaces apart. A cell too long for its column widens its line. */
export function alignedLine(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width, align }, index) => {
      const cell = cells[index] ?? '';
      return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}

/** Columns just wide enough for their titles and all their cells; the first to the left, the others to the right. */
export function fittedColumns(titles: readonly string[], rows: readonly (readonly string[])[]): Column[] {
  return titles.map((title, index) => ({
    title,
    width: Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
    align: index === 0 ? 'left' : 'right',
  }));
}
