/** Writes in flight on a cluster: as many as a connection keeps sockets. */
export const WRITE_LANES = 16;

/**
 * Runs work for each item, at most `lanes` at a time, in order of start. After the first error nothing further is started; what
 * is in flight ends, then that error is thrown.
 */
export async function inLanes<Item>(items: readonly Item[], lanes: number, work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const lane = async () => {
    for (const item of queue) {
      try {
        await work(item);
      } catch (error: unknown) {
        errors.push(error);
      }
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  if (errors.length > 0) throw errors[0];
}
