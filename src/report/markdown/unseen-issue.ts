import type { DriftCluster } from '../../model/drift.ts';
import { NAME_LENGTH } from '../plan-verdict.ts';
import { prose, title } from './escape.ts';

/** The title of the issue about a cluster that cannot be judged: the same as long as it is open. */
export function unseenIssueTitle(fleet: string, cluster: string): string {
  return `Not judged: nobody knows whether ${title(cluster, NAME_LENGTH)} of ${title(fleet, NAME_LENGTH)} has drifted`;
}

/**
 * Since when a cluster could not be judged (RFC 3339), why, and what to do; `isOwn`: that is known of the cluster itself, not only of the fleet.
 * The same reason gives the same text.
 */
export function unseenIssueMarkdown(
  fleet: string,
  cluster: DriftCluster,
  { since, isOwn }: { since: string; isOwn: boolean },
): string {
  const known = isOwn
    ? `It has not been judged since ${minuteOf(since)}.`
    : `No look has judged every cluster of the fleet since ${minuteOf(since)}.`;
  return `${[
    `❔ **Whether ${name(cluster.name)} of ${name(fleet)} is as approved is not known.** ${known}`,
    `Why the last look could not: ${prose(cluster.reason ?? 'it was not looked at')}`,
    REMEDY,
  ].join('\n\n')}\n`;
}

/** What is said when it could be judged again. */
export function unseenOverMarkdown(fleet: string, cluster: string): string {
  return `✅ **${name(cluster)} of ${name(fleet)} could be judged again.** Where it differs an issue of its own says so.\n`;
}

/** Why the issue of a cluster ends that is not looked at any more. */
export function unseenEndedMarkdown(fleet: string, cluster: string): string {
  return `${name(cluster)} is detached or no longer declared: the drift of ${name(fleet)} is not about it any more.\n`;
}

/** A time that people read, in UTC. */
function minuteOf(time: string): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function name(text: string): string {
  return prose(text, NAME_LENGTH);
}

const REMEDY =
  'The summary of the run says more. `cn2-fleet doctor`, run where the workflow runs, checks whether the API server is reached and what the credential may do. A cluster that is gone for good is declared as such (`state: detached`, `detach: {unreachable: true}`). This issue closes itself when a look can judge the cluster; `drift.maxAge` in the declaration says how long it may take before one is opened.';
