import type { DriftDocument } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import { brokenRules, driftClosedMarkdown, driftIssueMarkdown, driftIssueTitle } from '../report/markdown/drift-issue.ts';
import { attempt, type Published, runFooter, type Sinks } from './sinks.ts';

/**
 * One issue per cluster that differs, closed when it is as approved again. The issue of a cluster that could not be judged is left as
 * it is: not seen is not clean.
 */
export async function publishDrift(sinks: Sinks, document: DriftDocument & { findings: readonly Finding[] }): Promise<Published> {
  const { forge, origin } = sinks;
  const published: Published = { failures: [], issues: [] };
  const text = runFooter(origin);
  const footer = text === undefined ? {} : { footer: text };
  for (const cluster of document.clusters) {
    // A cluster of a narrowed look may differ in what was not looked at.
    const drifted = cluster.changes.some(({ awaitingApply }) => awaitingApply !== true);
    const differs = drifted || brokenRules(document.findings, cluster.name).length > 0;
    if (cluster.status === 'unknown' || (document.only !== undefined && !differs)) continue;
    // What was approved a short while ago is the apply's to do: neither a drift nor its end.
    if (!differs && cluster.changes.length > 0) continue;
    const marker = { kind: 'drift' as const, fleet: document.fleet, subject: cluster.name };
    const written = await attempt(published, () =>
      differs
        ? forge.ensureIssue({
            marker,
            title: driftIssueTitle(document.fleet, cluster.name),
            body: driftIssueMarkdown(document, cluster.name),
            ...footer,
          })
        : forge.ensureIssueClosed(marker, {
            marker: { kind: 'closing', fleet: document.fleet, subject: cluster.name },
            body: driftClosedMarkdown(document, cluster.name),
            ...footer,
          }),
    );
    if (written !== undefined && differs) published.issues?.push(written.id);
  }
  return published;
}
