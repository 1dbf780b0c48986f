/** What a failed request says, read from octokit's error by its shape (errors of other realms are no `instanceof`). */
export interface Refusal {
  /** 0 where no whole answer came. */
  status: number;
  /** GitHub's own words, details included; '' where it had none. One printable line. */
  said: string;
  headers: Readonly<Record<string, string>>;
  /** GET, POST …; '' where no request was made. */
  method: string;
  /** Code of a request that got no whole answer. */
  noAnswer?: string;
}

const LONGEST = 400;

/** Undefined where the error is none of a request. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, response, request, cause } = error as {
    status?: unknown;
    response?: { headers?: Record<string, unknown>; data?: unknown };
    request?: { method?: unknown };
    cause?: { name?: unknown; code?: unknown };
  };
  if (typeof status !== 'number' || typeof request !== 'object') return undefined;
  const method = typeof request.method === 'string' ? request.method : '';
  if (cause?.name === 'NoAnswer') return { status: 0, said: '', headers: {}, method, noAnswer: String(cause.code) };
  return { status, said: wordsOf(response?.data), headers: texts(response?.headers ?? {}), method };
}

/** True if it is not known whether the request took effect. */
export function isUncertain(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal !== undefined && (refusal.status === 0 || refusal.status >= 500);
}

/** True where GitHub refused with one of these statuses. */
export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return statuses.includes(refusalOf(error)?.status ?? -1);
}

/** GitHub answers with `message` and details in `errors` (objects or texts); anything else (a proxy's page) is not quoted. */
function wordsOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const { message, errors } = data as { message?: unknown; errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).map((each: unknown) =>
    typeof each === 'object' && each !== null ? (each as { message?: unknown }).message : each,
  );
  const words = [message, ...details].filter((each) => typeof each === 'string' && each !== '') as string[];
  return line([...new Set(words)].join(': '));
}

/** A server's text as one short line without characters that move a cursor, break a line or reorder text. */
function line(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\s]+/gu, ' ').trim();
  return plain.length <= LONGEST ? plain : `${[...plain].slice(0, LONGEST).join('')}…`;
}

function texts(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
