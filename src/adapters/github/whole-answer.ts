/** A request that got no whole answer: whether it took effect is not known. */
class NoAnswer extends Error {
  /** Code of the system (ECONNRESET …), or `timeout`, `cut-off`, `no-json`. */
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(`no answer (${code})`, cause === undefined ? undefined : { cause });
    this.name = 'NoAnswer';
    this.code = code;
  }
}

/**
 * fetch for octokit that ends within `limit` milliseconds, body included, and gives whole answers only: octokit itself takes a
 * body that was cut off for text and a stalled one for empty. `send`: default Node's fetch.
 */
export function wholeAnswers(limit: number, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const signal = AbortSignal.timeout(limit);
    let response: Response;
    let text: string;
    try {
      response = await send(input, { ...init, signal });
      text = await response.text();
    } catch (error) {
      throw new NoAnswer(signal.aborted ? 'timeout' : (codeOf(error) ?? 'cut-off'), error);
    }
    if (response.ok && text !== '') checkJson(response, text);
    const { status, statusText, headers, url } = response;
    const whole = new Response(text === '' ? null : text, { status, statusText, headers });
    // The constructor takes no address, and octokit reads it.
    return Object.defineProperty(whole, 'url', { value: url });
  };
}

function checkJson(response: Response, text: string): void {
  // A login page or a proxy answers instead of GitHub.
  if (!/[/+]json\b/.test(response.headers.get('content-type') ?? '')) throw new NoAnswer('no-json');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new NoAnswer('cut-off', error);
  }
}

/** The code of a failed connection, at whatever depth fetch wrapped it; of several addresses that failed, the first. */
function codeOf(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const { code, cause, errors } = current as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string') return code;
    current = Array.isArray(errors) && errors.length > 0 ? errors[0] : cause;
  }
  return undefined;
}
