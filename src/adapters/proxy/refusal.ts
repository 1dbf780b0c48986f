/** A failure of the proxy, as a sentence without user and password. `timedOut`: it did not answer in time. */
export class ProxyRefusal extends Error {
  readonly timedOut: boolean;

  constructor(message: string, timedOut = false) {
    super(message);
    this.name = 'ProxyRefusal';
    this.timedOut = timedOut;
  }
}

/** The proxy's fault in an error, at whatever depth clients have wrapped it. */
export function proxyRefusalIn(error: unknown): ProxyRefusal | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    if (current instanceof ProxyRefusal) return current;
    current = (current as { cause?: unknown }).cause;
  }
  return undefined;
}
