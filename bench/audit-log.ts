import { readFileSync, statSync } from 'node:fs';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';

/** A request as an API server's audit log has it. */
interface AuditEvent {
  verb: string;
  requestURI: string;
  userAgent?: string;
  requestReceivedTimestamp: string;
}

/** What a client asked for between two moments. */
export interface Requests {
  total: number;
  /** create, update, patch or delete that was not a dry-run. */
  writes: number;
  /** Counts by verb; `dry-run` are writes that the server tried and did not store. */
  byVerb: Record<string, number>;
  /** When the first one arrived, milliseconds since the epoch; NaN without any. */
  firstAt: number;
}

const READS = new Set(['get', 'list', 'watch']);

/** Where the logs of these servers end now. */
export function markLogs(servers: readonly ApiServer[]): number[] {
  return servers.map((server) => statSync(logOf(server)).size);
}

/** Requests since `marks` by the client whose user agent starts so, over all servers. */
export function requestsSince(servers: readonly ApiServer[], marks: readonly number[], client: string): Requests {
  const events = servers
    .flatMap((server, position) => eventsOf(logOf(server), marks[position] ?? 0))
    .filter(({ userAgent }) => userAgent?.startsWith(client) === true);
  const byVerb: Record<string, number> = {};
  let writes = 0;
  for (const { verb, requestURI } of events) {
    const dryRun = !READS.has(verb) && /[?&]dryRun=All/.test(requestURI);
    const name = dryRun ? 'dry-run' : verb;
    byVerb[name] = (byVerb[name] ?? 0) + 1;
    if (!READS.has(verb) && !dryRun) writes += 1;
  }
  const times = events.map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp));
  return { total: events.length, writes, byVerb, firstAt: times.length === 0 ? Number.NaN : Math.min(...times) };
}

function eventsOf(path: string, from: number): AuditEvent[] {
  const lines = readFileSync(path).subarray(from).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent);
}

function logOf(server: ApiServer): string {
  if (server.auditLog === undefined) throw new Error(`${server.name} keeps no audit log`);
  return server.auditLog;
}
