import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { approve } from '../plan/approval.ts';
import { planDigest } from '../plan/digest.ts';
import { offlinePlan } from '../plan/offline.ts';
import { planConditions } from '../plan/outcome.ts';
import { readCommitted } from '../render/committed.ts';
import { documentJson } from '../report/json/document.ts';
import { redact } from '../report/redact.ts';
import { findingConditions } from './conditions.ts';
import { fillContents, newFindings } from './contents.ts';
import { type Options, type Ports, UserError } from './context.ts';
import { hasErrors, isOfflineGuess, shown } from './load.ts';
import { look } from './look.ts';
import { prepare } from './prepare.ts';
import { judgePullSecrets } from './pull-secrets.ts';
import { openClusters } from './session.ts';

export type PlanDocument = Plan & { findings: Finding[] };

export interface PlanOptions extends Options {
  offline: boolean;
  /** File for the approved part, relative to the declaration's folder. */
  out?: string;
}

/** `plan`: renders in memory, compares with every live cluster (or, offline, with the committed files); writes to no cluster. */
export async function planCommand(ports: Ports, options: PlanOptions): Promise<Outcome<PlanDocument>> {
  const { declaration, tree, vendorFiles, committed, findings } = await prepare(ports, options);
  const { fleet, source } = declaration;
  if (fleet === undefined || tree === undefined || hasErrors(findings)) {
    return ending(withoutLook(fleet, tree, 'the declaration has errors'), findings, options, findingConditions(findings));
  }
  if (options.offline) {
    const before = readCommitted(committed).tree;
    const plan = offlinePlan({ fleet, index: tree.indexDigest, manifests: tree.manifests, committed: before?.manifests ?? [] });
    return ending(plan, findings, options, findingConditions(findings));
  }
  await using session = await openClusters(ports, options, fleet, source);
  const contents = await fillContents(ports, fleet, tree.manifests, vendorFiles, options.only, source);
  const secrets = [...session.secrets, ...contents.secrets];
  findings.push(
    ...session.findings,
    ...newFindings(session.findings, contents.findings),
    ...judgePullSecrets(fleet, tree.manifests, contents, source),
  );
  if (contents.desired === undefined) {
    return ending(withoutLook(fleet, tree, 'credentials are missing'), findings, options, [
      ...findingConditions(findings),
      'unknown-cluster',
    ]);
  }
  const seen = await look({
    fleet,
    source,
    index: tree.indexDigest,
    desired: contents.desired,
    session,
    only: options.only,
    concurrency: options.concurrency,
  });
  // Whether nodes carry the labels that selectors want is known now: the offline guess has been judged live.
  const judged = [...findings.filter((finding) => !isOfflineGuess(finding)), ...seen.findings];
  const plan = redact(seen.plan, secrets);
  const conditions = [...findingConditions(judged), ...planConditions(plan)];
  if (options.out !== undefined) await writeApproved(ports, options.out, plan, conditions);
  return ending(plan, redact(judged, secrets), options, conditions);
}

/** A plan that may not be approved is not written: what stands there stays. */
async function writeApproved(ports: Ports, out: string, plan: Plan, conditions: readonly Condition[]): Promise<void> {
  if (conditions.some((condition) => condition !== 'changes')) {
    ports.reporter.progress({
      type: 'warning',
      text: `${out} is not written: a plan with errors or unknown clusters cannot be approved`,
    });
    return;
  }
  const text = documentJson(approve(plan));
  if ((await ports.files.read(out)) !== text) await ports.files.change({ [out]: text }, []);
}

function ending(plan: Plan, findings: Finding[], options: Options, conditions: Condition[]): Outcome<PlanDocument> {
  return { document: { ...plan, findings: shown(findings, options) }, conditions };
}

/** The document of a plan for which no cluster was looked at: every cluster unknown, with the reason. */
function withoutLook(fleet: Fleet | undefined, tree: RenderedTree | undefined, reason: string): Plan {
  if (fleet === undefined) {
    const meaning = { fleet: '', index: '', complete: false, clusters: [] };
    return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
  }
  const clusters = [
    { name: fleet.central.name, role: 'central' as const },
    ...fleet.distributed.map(({ name }) => ({ name, role: 'distributed' as const })),
  ].map((cluster) => ({ ...cluster, status: 'unknown' as const, reason, requests: 0, changes: [] }));
  const meaning = { fleet: fleet.metadata.name, index: tree?.indexDigest ?? '', complete: false, clusters };
  return { schemaVersion: 1, digest: planDigest(meaning), ...meaning };
}

/** Where `--out` leads, relative to the declaration's folder; a folder above it is the user's error. */
export function outPath(path: string): string {
  if (path.startsWith('..'))
    throw new UserError(`--out ${path} is outside the folder of the declaration`, 'write it to rendered/plan.json');
  return path;
}
