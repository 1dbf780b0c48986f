/** "1 pair", "3 pairs"; an irregular plural is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('');
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

/** Cells padded to columns. Widths count characters, so colours belong in the cells only through `paint`. */
export function columns(
  rows: readonly (readonly string[])[],
  paint?: (cell: string, row: number, column: number) => string,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cellWidth(cell));
  }
  return rows.map((row, y) =>
    row
      .map(
        (cell, x) => (paint?.(cell, y, x) ?? cell) + (x === row.length - 1 ? '' : ' '.repeat((widths[x] ?? 0) - cellWidth(cell))),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cellWidth(cell: string): number {
  return [...cell].length;
}

/** What every report of an emulated CN2 says. */
export const EMULATED_NOTE = 'emulated CN2: the lab stands in for the vendor’s control and data plane';
