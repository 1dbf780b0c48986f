import { objectName } from '../../model/object-ref.ts';
import { present } from '../../model/present.ts';
import { ClusterError, type ClusterErrorShape } from '../../ports/cluster.ts';
import type { Subject } from './request.ts';

/** The server's answer as far as an error needs it. */
export interface FailedAnswer {
  status: number;
  text: string;
}

interface Cause {
  reason?: string;
  message?: string;
  field?: string;
}

interface Status {
  reason?: string;
  message?: string;
  details?: { causes?: Cause[]; kind?: string };
}

/** Longest piece of a server's text that a sentence repeats. */
const LONGEST = 300;

/** An answer other than success as a ClusterError: one sentence with cluster, what was tried and why not. */
export function answerFailure(
  cluster: string,
  subject: Subject,
  answer: FailedAnswer,
  clientCertificateEnds: string | undefined,
  now: number,
): ClusterError {
  const status = parseStatus(answer.text);
  const causes = status?.details?.causes ?? [];
  const fieldConflicts = causes.filter((cause) => cause.reason === 'FieldManagerConflict').map(fieldConflict);
  const cause = causeOf(answer.status, status, fieldConflicts.length > 0);
  const sentence = sentenceOf(cause, answer.status, subject, status, fieldConflicts, clientCertificateEnds, now);
  return new ClusterError(`${cluster}: ${sentence}`, {
    cluster,
    cause,
    status: answer.status,
    fieldConflicts,
    ...present({ reason: status?.reason }),
  });
}

/** True for the 404 that means "no such object", false for "no such kind". */
export function isObjectMissing(answer: FailedAnswer): boolean {
  return answer.status === 404 && parseStatus(answer.text)?.reason === 'NotFound';
}

function causeOf(code: number, status: Status | undefined, conflicts: boolean): ClusterErrorShape['cause'] {
  // The API server answers 500 for a field that is not in the schema of a server-side apply.
  if (code === 500 && status?.message?.includes('field not declared in schema')) return 'invalid';
  if (conflicts) return 'conflict';
  switch (code) {
    case 400:
    case 405:
    case 406:
    case 413:
    case 415:
    case 422:
      return 'invalid';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not-found';
    case 409:
      return 'conflict';
    case 410:
      return 'gone';
    case 429:
      return 'throttled';
    case 503:
      return 'unavailable';
    case 504:
      return 'timeout';
    default:
      return 'error';
  }
}

function sentenceOf(
  cause: ClusterErrorShape['cause'],
  code: number,
  subject: Subject,
  status: Status | undefined,
  conflicts: { field: string; manager: string }[],
  clientCertificateEnds: string | undefined,
  now: number,
): string {
  const what = objectText(subject);
  const said = serverText(subject, status);
  switch (cause) {
    case 'unauthorized':
      return clientCertificateEnds !== undefined && Date.parse(clientCertificateEnds) < now
        ? `the server does not accept the credential (401): its client certificate expired on ${clientCertificateEnds.slice(0, 10)}`
        : 'the server does not accept the credential (401): expired, revoked, or of another cluster';
    case 'forbidden':
      // Admission and quota answer 403 too; only RBAC's text says "cannot <verb> resource".
      return status?.message === undefined || / cannot \S+ /.test(status.message)
        ? `the credential may not ${subject.verb} ${scopeText(subject)} (403)`
        : `${subject.verb} of ${what} is refused (403)${said}`;
    case 'not-found':
      return status?.reason === 'NotFound'
        ? `${what} does not exist (404)${said}`
        : `the cluster does not serve ${subject.resource} (404)`;
    case 'conflict':
      return conflicts.length > 0
        ? `${what}: ${conflicts.map(({ field, manager }) => `${field} belongs to field manager ${JSON.stringify(manager)}`).join(', ')} (409)`
        : `${what} has changed or already exists (409)${said}`;
    case 'invalid':
      return `${what} is not accepted (${code})${said}`;
    case 'gone':
      return `the listing of ${subject.resource} is too old to continue (410)`;
    case 'throttled':
      return `${subject.verb} of ${what} was rejected repeatedly: too many requests (429)`;
    case 'unavailable':
      return `the API that serves ${subject.resource} is not available (503)`;
    case 'timeout':
      return `${subject.verb} of ${what} took the server too long (504)`;
    default:
      return `${subject.verb} of ${what} failed (${code})${said}`;
  }
}

function objectText(subject: Subject): string {
  if (subject.name === undefined) return scopeText(subject);
  return `${subject.resource} ${objectName({ namespace: subject.namespace, name: subject.name })}`;
}

function scopeText(subject: Subject): string {
  return subject.namespace === undefined ? subject.resource : `${subject.resource} in namespace ${subject.namespace}`;
}

/** What the server says, without pieces of the object: decoding errors quote the body, and nothing said about a Secret is repeated. */
function serverText(subject: Subject, status: Status | undefined): string {
  if (status?.message === undefined) return '';
  if (subject.secret) {
    const fields = (status.details?.causes ?? []).flatMap((cause) => cause.field ?? []);
    const immutable = status.message.includes('field is immutable') ? ' (field is immutable)' : '';
    return fields.length === 0 ? '' : `: ${fields.join(', ')}${immutable}`;
  }
  const text = status.message.replace(/,? error found in #.*$/s, '').replace(/\s+/g, ' ');
  return `: ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`;
}

/** 'conflict with "kubectl" using v1' → kubectl; the manager's name has no structured place in the API. */
function fieldConflict(cause: Cause): { field: string; manager: string } {
  const quoted = /conflict with ("(?:[^"\\]|\\.)*")/.exec(cause.message ?? '')?.[1];
  return { field: cause.field ?? '', manager: quoted === undefined ? 'unknown' : unquote(quoted) };
}

function unquote(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function parseStatus(text: string): Status | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'Status'
      ? (value as Status)
      : undefined;
  } catch {
    return undefined;
  }
}
