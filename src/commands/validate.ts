import { checkoutOf } from '../checkout/checkout.ts';
import { prepare } from '../checkout/prepare.ts';
import { rootsOf } from '../declare/roots.ts';
import { leftAlone } from '../model/detached.ts';
import type { FindingsDocument } from '../model/finding.ts';
import type { Outcome } from '../model/outcome.ts';
import { observe } from '../observe/observe.ts';
import { findingConditions, isOfflineGuess } from '../rules/conditions.ts';
import { newFindings } from '../survey/contents.ts';
import { judgeHandovers } from '../survey/handovers.ts';
import { judgeClusters, unknownClusters } from '../survey/look.ts';
import { openClusters } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';

/** `validate`: every rule that needs no cluster, and with `live` those that need them. */
export async function validateCommand(ports: Ports, options: Options & { live: boolean }): Promise<Outcome<FindingsDocument>> {
  const { declaration, scope, tree, vendorFiles, findings } = await prepare(checkoutOf(ports.files, options));
  const document: FindingsDocument = { schemaVersion: 1, findings };
  const { fleet, source } = declaration;
  if (options.live && fleet !== undefined && scope !== undefined) {
    // No live rule is about a detached cluster.
    const reached = leftAlone(fleet);
    await using session = await openClusters(ports, reached, scope, source);
    const manifests = tree?.manifests ?? [];
    const live = await observe({ fleet: reached, clusters: session.connections, manifests, scope }, options.concurrency);
    // Whether nodes carry the labels that selectors want is known now: the offline guess gives way to the live rule.
    if (live.clusters.every(({ status }) => status === 'known'))
      findings.splice(0, findings.length, ...findings.filter((finding) => !isOfflineGuess(finding)));
    findings.push(
      ...session.findings,
      ...unknownClusters(live, fleet, source, session),
      ...judgeClusters({ fleet, source, live, manifests, vendorFiles, now: ports.clock.now() }),
    );
    if (live.clusters.some((cluster) => cluster.emulated)) document.emulated = true;
  }
  if (fleet !== undefined && scope !== undefined) {
    const judged = await judgeHandovers(ports, { fleet, scope, source, tried: options.live });
    findings.push(...newFindings(findings, judged));
  }
  document.findings = rootsOf(options).findingsForUser(findings);
  return { document, conditions: findingConditions(findings) };
}
