/** The end of work as a value, so that clean-up comes before any error goes on. */
export async function settled<T>(work: Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}

/** Resolves when the signal aborts (or, to leave no listener behind, when the other one does). */
export function interruption(signal: AbortSignal, unless?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, ...(unless ? { signal: unless } : {}) });
  });
}
