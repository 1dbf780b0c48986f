interface Place {
  row: number;
  column: number;
}

/** Of a keyboard event. */
interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Rows that Page Up and Page Down go. */
const PAGE = 10;

/** Where a key leads in a grid, as ARIA's pattern for grids has it; undefined for a key that leads nowhere. */
export function destination(event: Key, { row, column }: Place, size: { rows: number; columns: number }): Place | undefined {
  if (event.altKey) return undefined;
  const whole = event.ctrlKey || event.metaKey;
  const last = { row: size.rows - 1, column: size.columns - 1 };
  const to = (place: Place): Place => ({
    row: Math.min(Math.max(place.row, 0), last.row),
    column: Math.min(Math.max(place.column, 0), last.column),
  });
  switch (event.key) {
    case 'ArrowLeft':
      return to({ row, column: column - 1 });
    case 'ArrowRight':
      return to({ row, column: column + 1 });
    case 'ArrowUp':
      return to({ row: row - 1, column });
    case 'ArrowDown':
      return to({ row: row + 1, column });
    case 'PageUp':
      return to({ row: row - PAGE, column });
    case 'PageDown':
      return to({ row: row + PAGE, column });
    case 'Home':
      return { row: whole ? 0 : row, column: 0 };
    case 'End':
      return { row: whole ? last.row : row, column: last.column };
    default:
      return undefined;
  }
}
