import { smokeLeaseName } from '../apply/lease.ts';
import { withLock } from '../apply/lock.ts';
import { checkoutOf } from '../checkout/checkout.ts';
import { loadCommitted } from '../checkout/committed.ts';
import { rootsOf } from '../declare/roots.ts';
import { expect } from '../expectation/expect.ts';
import { smokeDocument } from '../expectation/smoke-document.ts';
import { leftAlone } from '../model/detached.ts';
import type { Fleet } from '../model/fleet.ts';
import type { Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { UserError } from '../model/user-error.ts';
import { redact } from '../report/redact.ts';
import { comparedSmokeTest } from '../rollout/compared-smoke-test.ts';
import { fleetLock, type LockOptions } from '../rollout/fleet-lock.ts';
import { explain } from '../rollout/smoke-test.ts';
import { findingConditions } from '../rules/conditions.ts';
import { openClusters, unconnectedIn } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';

/** `details`: the fleet that was measured, for its drawing; absent: it cannot be read. */
export type SmokeOutcome = Outcome<SmokeDocument> & { details?: { fleet: Fleet } };

/** `smoke`: the connectivity matrix alone, for the fleet as it was rendered. */
export async function smokeCommand(ports: Ports, options: Options & LockOptions): Promise<SmokeOutcome> {
  const { rendered, findings, nothingRendered } = await loadCommitted(checkoutOf(ports.files, options));
  if (nothingRendered)
    throw new UserError(findings[0]?.message ?? 'nothing was rendered yet', findings[0]?.remedy ?? 'run cn2-fleet render');
  if (rendered === undefined) {
    const document: SmokeDocument = {
      schemaVersion: 1,
      fleet: '',
      emulated: false,
      pairs: [],
      findings: rootsOf(options).findingsForUser(findings),
    };
    return { document, conditions: findingConditions(findings) };
  }
  const { scope, tree } = rendered;
  const { fleet } = tree;
  if (fleet.smoke === undefined)
    throw new UserError('the fleet declares no smoke test', 'add smoke: {image: …} to the declaration and render');
  await using session = await openClusters(ports, leftAlone(fleet), scope);
  for (const finding of session.findings) ports.reporter.progress({ type: 'warning', text: finding.message });
  const central = session.clusters.get(fleet.central.name);
  // Without the lock nothing is measured: every path that would have been is named, as not run.
  const nothing: SmokeDocument = smokeDocument(fleet, expect(fleet, scope), {
    measured: [],
    proofs: [],
    emulated: false,
  });
  const details = { fleet };
  const unconnected = unconnectedIn(session);
  if (central === undefined) {
    await explain(nothing, ports, { fleet, clusters: session.clusters, unconnected });
    return { ...redact({ document: nothing, conditions: ['unknown-cluster'] as const }, session.secrets), details };
  }
  const lock = fleetLock(ports, central, smokeLeaseName(fleet.metadata.name), options);
  const result = await withLock(lock, (_, dead) =>
    comparedSmokeTest(ports, {
      ...{ fleet, clusters: session.clusters, scope, unconnected, secrets: session.secrets, ...present({ dead }) },
      keeps: true,
      fails: 'broken',
    }),
  );
  if (result.status === 'ran' && result.value !== undefined) return { ...redact(result.value, session.secrets), details };
  if (result.status === 'locked') {
    ports.reporter.progress({ type: 'warning', text: result.message });
    return { details, document: nothing, conditions: ['locked'] };
  }
  return { details, document: nothing, conditions: ['interrupted'] };
}
