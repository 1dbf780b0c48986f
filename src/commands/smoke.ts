import { smokeLeaseName } from '../apply/lease.ts';
import { withLock } from '../apply/lock.ts';
import { loadCommitted } from '../checkout/committed.ts';
import { shown } from '../checkout/load.ts';
import { expect } from '../expectation/expect.ts';
import { smokeDocument } from '../expectation/smoke-document.ts';
import type { Outcome } from '../model/outcome.ts';
import type { SmokeDocument } from '../model/smoke.ts';
import { UserError } from '../model/user-error.ts';
import { redact } from '../report/redact.ts';
import { findingConditions } from '../rules/conditions.ts';
import { openClusters } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';
import { smokeTest } from './smoke-test.ts';

export interface LockOptions {
  /** Seconds after which a lock that is not renewed counts as abandoned. */
  lockTtl: number;
  /** Seconds to wait for the lock. */
  lockTimeout: number;
}

/** `smoke`: the connectivity matrix alone, for the fleet as it was rendered. */
export async function smokeCommand(ports: Ports, options: Options & LockOptions): Promise<Outcome<SmokeDocument>> {
  const { tree, findings, nothingRendered } = await loadCommitted(ports, options);
  if (nothingRendered)
    throw new UserError(findings[0]?.message ?? 'nothing was rendered yet', findings[0]?.remedy ?? 'run cn2-fleet render');
  if (tree === undefined) {
    const document: SmokeDocument = {
      schemaVersion: 1,
      fleet: '',
      emulated: false,
      pairs: [],
      findings: shown(findings, options),
    };
    return { document, conditions: findingConditions(findings) };
  }
  const { fleet } = tree;
  if (fleet.smoke === undefined)
    throw new UserError('the fleet declares no smoke test', 'add smoke: {image: …} to the declaration and render');
  await using session = await openClusters(ports, options, fleet);
  for (const finding of session.findings) ports.reporter.progress({ type: 'warning', text: finding.message });
  const central = session.clusters.get(fleet.central.name);
  // Without the lock nothing is measured: every path that would have been is named, as not run.
  const nothing: SmokeDocument = smokeDocument(fleet, expect(fleet, options.only.length === 0 ? {} : { only: options.only }), {
    measured: [],
    proofs: [],
    emulated: false,
  });
  if (central === undefined) return { document: nothing, conditions: ['unknown-cluster'] };
  const result = await withLock(
    {
      central,
      name: smokeLeaseName(fleet.metadata.name),
      holder: ports.runId,
      ttl: options.lockTtl,
      timeout: options.lockTimeout,
      clock: ports.clock,
      reporter: ports.reporter,
      signal: ports.signal,
    },
    () => smokeTest(ports, { fleet, clusters: session.clusters, only: options.only }),
  );
  if (result.status === 'ran' && result.value !== undefined) return redact(result.value, session.secrets);
  if (result.status === 'locked') {
    ports.reporter.progress({ type: 'warning', text: result.message });
    return { document: nothing, conditions: ['locked'] };
  }
  return { document: nothing, conditions: ['interrupted'] };
}
