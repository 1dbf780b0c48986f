import { readFileSync, statSync } from 'node:fs';
import type { ApiServer } from '../lab/apiserver/apiserver.ts';

/** A request as an API server's audit log has it. */
interface AuditEvent {
  verb: string;
  requestURI: string;
  userAgent?: string;
  requestReceivedTimestamp: string;
  stageTimestamp: string;
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
  /** Milliseconds in which at least one write was under way: what is left of a run when nothing is waited for. */
  writing: number;
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
  const spans: [number, number][] = [];
  for (const { verb, requestURI, requestReceivedTimestamp, stageTimestamp } of events) {
    const dryRun = !READS.has(verb) && /[?&]dryRun=All/.test(requestURI);
    const name = dryRun ? 'dry-run' : verb;
    byVerb[name] = (byVerb[name] ?? 0) + 1;
    if (READS.has(verb) || dryRun) continue;
    writes += 1;
    spans.push([Date.parse(requestReceivedTimestamp), Date.parse(stageTimestamp)]);
  }
  const times = events.map(({ requestReceivedTimestamp }) => Date.parse(requestReceivedTimestamp));
  const firstAt = times.length === 0 ? Number.NaN : Math.min(...times);
  return { total: events.length, writes, byVerb, firstAt, writing: covered(spans) };
}

/** The length of what spans cover together. */
function covered(spans: readonly (readonly [number, number])[]): number {
  let [sum, reached] = [0, Number.NEGATIVE_INFINITY];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    sum += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return sum;
}

function eventsOf(path: string, from: number): AuditEvent[] {
  const lines = readFileSync(path).subarray(from).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent);
}

function logOf(server: ApiServer): string {
  if (server.auditLog === undefined) throw new Error(`${server.name} keeps no audit log`);
  return server.auditLog;
}
