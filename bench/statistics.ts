/** The value below which a part of the values lies (nearest rank): 0.5 is the median, 0.95 the 95th percentile. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, two) => one - two);
  const value = sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return value;
}
