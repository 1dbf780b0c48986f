import { checkoutOf } from '../checkout/checkout.ts';
import { loadCommitted } from '../checkout/committed.ts';
import { rootsOf } from '../declare/roots.ts';
import { withAffects } from '../drift/affects.ts';
import { driftDocument } from '../drift/classify.ts';
import { driftConditions } from '../drift/outcome.ts';
import { leftAlone } from '../model/detached.ts';
import type { DriftDocument } from '../model/drift.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { UserError } from '../model/user-error.ts';
import type { Repository } from '../ports/repository.ts';
import { vendorState } from '../render/vendor-state.ts';
import { redact } from '../report/redact.ts';
import { findingConditions, hasErrors, isUndeclared } from '../rules/conditions.ts';
import { awaitingApply } from '../survey/awaiting-apply.ts';
import { gather } from '../survey/gather.ts';
import { withoutLook } from '../survey/live-plan.ts';
import { look } from '../survey/look.ts';
import { kindsOf, lastApply } from '../survey/place-in-order.ts';
import { unseenExtra } from '../survey/unseen-extra.ts';
import type { Options, Ports } from './context.ts';

export interface DriftOptions extends Options {
  /** The repository around the declaration: tells since when a plan is approved. */
  repository?: Repository;
}

export type DriftResult = Outcome<DriftDocument & { findings: Finding[] }>;

/** What a look for drift found, and what it went by. */
export interface DriftLook {
  result: DriftResult;
  /** What was compared with; absent: no cluster was asked, or not every credential is there. */
  approved?: RenderedTree;
  /** How long a cluster may go unjudged, as the fleet says; absent: it does not. */
  maxAge?: string;
}

/**
 * `drift`: the committed manifests against the live clusters, never a newer declaration; read-only. Where rendered/ is not what was
 * rendered no cluster is asked: there is nothing to compare with. Throws UserError where nothing was rendered yet.
 */
export async function driftCommand(ports: Ports, options: DriftOptions): Promise<DriftLook> {
  const checkout = checkoutOf(ports.files, options);
  const { rendered, vendorFiles, findings, proposalPending, nothingRendered } = await loadCommitted(checkout);
  if (nothingRendered)
    throw new UserError(findings[0]?.message ?? 'nothing was rendered yet', findings[0]?.remedy ?? 'run cn2-fleet propose');
  if (rendered === undefined || hasErrors(findings)) {
    const plan = withoutLook(rendered?.tree.fleet, rendered?.tree, 'rendered/ is not what was approved');
    const document = { ...driftDocument({ plan, proposalPending }), findings: rootsOf(options).findingsForUser(findings) };
    return {
      result: { document, conditions: findingConditions(findings) },
      ...present({ maxAge: rendered?.tree.fleet.drift?.maxAge }),
    };
  }
  const { tree, scope } = rendered;
  const maxAge = present({ maxAge: tree.fleet.drift?.maxAge });
  // What is still on a detached cluster its plan says.
  const fleet = leftAlone(tree.fleet);
  const vendor = vendorState(tree, vendorFiles);
  await using gathered = await gather(ports, { fleet, scope, manifests: tree.manifests, vendorFiles, onMissing: 'not-compared' });
  const { session, desired, secrets } = gathered;
  findings.push(...gathered.findings);
  if (desired === undefined) {
    const plan = { ...withoutLook(fleet, tree, 'credentials are missing'), vendor };
    const document = driftDocument({ plan, proposalPending });
    return { result: ending(document, findings, options), ...maxAge };
  }
  const { repository } = options;
  const reading = lastApply(session, fleet);
  const inUse = reading.then(kindsOf);
  const seen = await look(
    { fleet, index: tree.indexDigest, desired, session, scope, now: ports.clock.now(), laggards: ports.clock, inUse },
    options.concurrency,
  );
  const last = await reading;
  findings.push(...seen.findings, ...unseenExtra(fleet, seen.plan, last));
  const awaiting = await awaitingApply(ports.clock, checkout, { plan: seen.plan, last, repository });
  const found = driftDocument({
    plan: { ...seen.plan, vendor },
    live: seen.live,
    desired: seen.desired,
    proposalPending,
    awaiting,
  });
  const document = withAffects(fleet, found, seen.live);
  return { result: ending(redact(document, secrets), redact(findings, secrets), options), approved: tree, ...maxAge };
}

/** A live rule that is broken by now is drift as well: the clusters are no longer as they were approved. */
function ending(document: DriftDocument, findings: Finding[], options: Options): DriftResult {
  const judged = findingConditions(findings).map((condition): Condition => (condition === 'rule-broken' ? 'changes' : condition));
  if (findings.some(isUndeclared)) judged.push('changes');
  return {
    document: { ...document, findings: rootsOf(options).findingsForUser(findings) },
    conditions: [...new Set([...judged, ...driftConditions(document)])],
  };
}
