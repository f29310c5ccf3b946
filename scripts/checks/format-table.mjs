/**
 * A table of text with columns as wide as their widest cell and a bold first row; `FAILED` stands out.
 *
 * @param {readonly (readonly string[])[]} rows the first one is the heading
 * @param {{ bold: (text: string) => string, red: (text: string) => string }} style
 */
export function formatTable(rows, style) {
  /** @type {number[]} */
  const widths = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const lines = rows.map((row, index) => {
    const cells = row.map((cell, column) => {
      const padded = cell.padEnd(widths[column] ?? 0);
      return cell === 'FAILED' ? style.red(padded) : padded;
    });
    const line = cells.join('  ').trimEnd();
    return index === 0 ? style.bold(line) : line;
  });
  return lines.join('\n');
}
