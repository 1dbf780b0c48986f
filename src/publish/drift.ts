import type { Attention } from '../model/attention.ts';
import type { DriftDocument } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import { present } from '../model/present.ts';
import { DEFAULT_BUDGET } from '../report/markdown/budget.ts';
import {
  brokenRules,
  driftClosedMarkdown,
  driftEndedMarkdown,
  driftIssueMarkdown,
  driftIssueTitle,
} from '../report/markdown/drift-issue.ts';
import { isUnseen } from '../rules/conditions.ts';
import { allSeen, type DriftMemory, memoryOf, notesOf, remembered, withMemories } from './drift-memory.ts';
import { attempt, type Published, runFooter, type Sinks } from './sinks.ts';

type Judged = DriftDocument & { findings: readonly Finding[] };

/**
 * One issue per cluster that differs, closed when it is as approved again. The issue of a cluster that could not be judged is left as
 * it is: not seen is not clean. Gives the document with what the issues tell of earlier looks, and the open issues by cluster. `now`: milliseconds since the epoch. `attention`: of issues that are opened.
 */
export async function publishDrift<Document extends Judged>(
  { forge, origin }: Sinks,
  found: Document,
  now: number,
  attention?: Attention,
): Promise<Published & { document: Document; issueOf: Map<string, number> }> {
  const published: Published = { failures: [], issues: [] };
  const issueOf = new Map<string, number>();
  const kept = await attempt(published, () => forge.issueNotes({ kind: 'drift', fleet: found.fleet }));
  const before = new Map(found.clusters.map(({ name }) => [name, memoryOf(kept?.get(name), now)]));
  const memories = kept === undefined ? new Map<string, DriftMemory>() : memoriesOf(found, before, now);
  const document = withMemories(found, memories);
  const text = runFooter(origin, { page: true });
  const footer = text === undefined ? {} : { footer: text };
  for (const cluster of document.clusters) {
    // A cluster of a narrowed look may differ in what was not looked at.
    const drifted = cluster.changes.some(({ awaitingApply }) => awaitingApply !== true);
    const broken = brokenRules(document.findings, cluster.name).length > 0;
    const differs = drifted || broken;
    if (cluster.status === 'unknown' || (document.only !== undefined && !differs)) continue;
    // Something of the fleet may be there that nobody looked at: the end of a drift it is not.
    if (!differs && document.findings.some(isUnseen)) continue;
    // What was approved a short while ago is the apply's to do: neither a drift nor its end.
    if (!differs && cluster.changes.length > 0) continue;
    // What the issue lists from a look at everything is worth more than a part of it.
    if (document.only !== undefined && !broken && allSeen(before.get(cluster.name), cluster.changes)) continue;
    const marker = { kind: 'drift' as const, fleet: document.fleet, subject: cluster.name };
    const memory = memories.get(cluster.name);
    const notes = memory && notesOf(memory);
    // The notes are in the same text, whose length is bounded.
    const budget = DEFAULT_BUDGET - (notes === undefined ? 0 : Buffer.byteLength(JSON.stringify(notes)));
    const written = await attempt(published, () =>
      differs
        ? forge.ensureIssue({
            marker,
            title: driftIssueTitle(document.fleet, cluster.name),
            body: driftIssueMarkdown(document, cluster.name, { budget, ...present({ lookedAt: memory?.lookedAt }) }),
            ...present({ notes, attention }),
            ...footer,
          })
        : forge.ensureIssueClosed(marker, {
            marker: { kind: 'closing', fleet: document.fleet, subject: cluster.name },
            body: driftClosedMarkdown(document, cluster.name),
            ...footer,
          }),
    );
    if (written === undefined || !differs) continue;
    published.issues?.push(written.id);
    issueOf.set(cluster.name, written.id);
  }
  // A look at the whole fleet is not about them any more: detached, or gone from the declaration.
  const others =
    document.complete && document.only === undefined ? [...(kept?.keys() ?? [])].filter((name) => !before.has(name)) : [];
  for (const subject of others) {
    const marker = { kind: 'drift' as const, fleet: document.fleet, subject };
    const closing = {
      marker: { ...marker, kind: 'closing' as const },
      body: driftEndedMarkdown(document.fleet, subject),
      ...footer,
    };
    await attempt(published, () => forge.ensureIssueClosed(marker, closing));
  }
  return { ...published, document, issueOf };
}

/** By cluster: of those that were judged as it is after this look, of others as it was. */
function memoriesOf(
  { clusters, only }: DriftDocument,
  earlier: ReadonlyMap<string, DriftMemory | undefined>,
  now: number,
): Map<string, DriftMemory> {
  const memories = new Map<string, DriftMemory>();
  for (const { name, status, changes } of clusters) {
    const before = earlier.get(name);
    const after = status === 'known' ? remembered(before, changes, now, only !== undefined) : before;
    if (after !== undefined) memories.set(name, after);
  }
  return memories;
}
