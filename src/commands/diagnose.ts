import { resourceLookup } from '../apply/resources.ts';
import { checkoutOf } from '../checkout/checkout.ts';
import { loadCommitted } from '../checkout/committed.ts';
import { CONTRAIL_NAMESPACE, EMULATED_ANNOTATION } from '../cn2/names.ts';
import { rootsOf } from '../declare/roots.ts';
import { isInside, judgeOld, type Remembered } from '../diagnosis/evidence.ts';
import { find } from '../diagnosis/facts.ts';
import { expect } from '../expectation/expect.ts';
import { leftAlone } from '../model/detached.ts';
import type { DiagnoseDocument, Evidence } from '../model/diagnose.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { smokeSchema } from '../model/smoke.schema.ts';
import type { PairVerdict } from '../model/smoke.ts';
import { UserError } from '../model/user-error.ts';
import type { Cluster } from '../ports/cluster.ts';
import type { Files } from '../ports/files.ts';
import { redact } from '../report/redact.ts';
import { loadKept } from '../rollout/kept-matrix.ts';
import { pathFacts } from '../rollout/path-facts.ts';
import { findingConditions } from '../rules/conditions.ts';
import { openClusters, unconnectedIn } from '../survey/session.ts';
import type { Options, Ports } from './context.ts';
import { pathsBetween } from './paths-between.ts';

export interface DiagnoseOptions extends Options {
  /** A,B: only the paths between the two. */
  pair?: string;
  /** A document of a smoke test, relative to the declaration's folder. Absent: what the central cluster has kept. */
  evidence?: string;
}

/**
 * `diagnose`: why paths are red, by the live objects, which are read once, and by what was measured last. It makes no pod, takes no lock and
 * writes nothing; what only packets can tell it says is not known.
 */
export async function diagnoseCommand(ports: Ports, options: DiagnoseOptions): Promise<Outcome<DiagnoseDocument>> {
  const { rendered, findings, nothingRendered } = await loadCommitted(checkoutOf(ports.files, options));
  if (nothingRendered)
    throw new UserError(findings[0]?.message ?? 'nothing was rendered yet', findings[0]?.remedy ?? 'run cn2-fleet render');
  if (rendered === undefined) {
    const document: DiagnoseDocument = {
      ...{ schemaVersion: 1, fleet: '', emulated: false, evidence: { from: 'none' }, paths: [] },
      findings: rootsOf(options).findingsForUser(findings),
    };
    return { document, conditions: findingConditions(findings) };
  }
  const { scope, tree } = rendered;
  const { fleet } = tree;
  if (fleet.smoke === undefined)
    throw new UserError('the fleet declares no smoke test', 'add smoke: {image: …} to the declaration and render');
  const expected = { pairs: pathsBetween(fleet, expect(fleet, scope).pairs, options.pair) };
  await using session = await openClusters(ports, leftAlone(fleet), scope);
  for (const finding of session.findings) ports.reporter.progress({ type: 'warning', text: finding.message });
  const { clusters } = session;
  const { evidence, remembered } =
    options.evidence === undefined
      ? await keptEvidence(clusters.get(fleet.central.name), fleet.metadata.name)
      : await fileEvidence(ports.files, options.evidence, fleet.metadata.name);
  const asked = { clusters, resources: resourceLookup(clusters), unconnected: unconnectedIn(session) };
  const unmeasured = expected.pairs.map((pair): PairVerdict => ({ ...pair, verdict: 'not-run', sent: 0, received: 0 }));
  const facts = await pathFacts(fleet, unmeasured, asked);
  // Who asks for two ends does not ask for what is within one of them.
  const wanted = options.pair === undefined ? remembered : remembered.filter(({ pair }) => !isInside(pair));
  const { paths, diagnoses } = judgeOld(fleet, expected, wanted, facts);
  const contrail = find(facts.central.Namespace, CONTRAIL_NAMESPACE);
  const document: DiagnoseDocument = {
    ...{ schemaVersion: 1, fleet: fleet.metadata.name, evidence, paths },
    emulated: contrail?.metadata.annotations?.[EMULATED_ANNOTATION] === 'true',
    ...present({ diagnoses: diagnoses.length === 0 ? undefined : diagnoses }),
  };
  return redact({ document, conditions: conditionsOf(document) }, session.secrets);
}

interface Found {
  evidence: Evidence;
  remembered: Remembered[];
}

async function keptEvidence(central: Cluster | undefined, fleet: string): Promise<Found> {
  const none = (reason: string): Found => ({ evidence: { from: 'none', reason }, remembered: [] });
  if (central === undefined) return none('there is no connection to the central cluster, which keeps what was measured');
  const kept = await loadKept(central, fleet);
  if (kept.status === 'none') return none('no smoke test of this fleet was kept yet');
  if (kept.status !== 'kept') return none(kept.reason);
  return { evidence: { from: 'fleet' }, remembered: kept.matrix.paths.map(({ last, at }) => ({ pair: last, at })) };
}

async function fileEvidence(files: Files, path: string, fleet: string): Promise<Found> {
  const text = await files.read(path);
  if (text === undefined)
    throw new UserError(`--evidence: ${path} does not exist`, 'cn2-fleet smoke --format json prints such a file');
  const document = documentIn(text);
  if (document === undefined)
    throw new UserError(
      `--evidence: ${path} is not what cn2-fleet smoke --format json prints`,
      'run it again with this release, and keep nothing but its standard output',
    );
  if (document.fleet !== fleet)
    throw new UserError(`--evidence: ${path} is of fleet ${document.fleet}, not of ${fleet}`, 'give the file of this fleet');
  const { at } = document;
  return { evidence: { from: 'file' }, remembered: document.pairs.map((pair) => ({ pair, ...present({ at }) })) };
}

function documentIn(text: string) {
  try {
    return smokeSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Red what is wrong, unknown what only packets can tell. */
function conditionsOf({ paths }: DiagnoseDocument): Condition[] {
  const any = (state: DiagnoseDocument['paths'][number]['state']) => paths.some((path) => path.state === state);
  return [...(any('wrong') ? ['smoke-failed' as const] : []), ...(any('unknown') ? ['unknown-cluster' as const] : [])];
}
