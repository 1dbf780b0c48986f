import { readDeclaration } from '../declare/declaration.ts';
import { rootsOf } from '../declare/roots.ts';
import { expect } from '../expectation/expect.ts';
import type { CentralCluster, DistributedCluster, Fleet } from '../model/fleet.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import type { RehearsalDocument } from '../model/rehearse.ts';
import { scopeOf } from '../model/scope.ts';
import type { HeldLab, Lab } from '../ports/lab.ts';
import { type Candidates, chosen } from '../rehearsal/choose-clusters.ts';
import { labDeclaration, rehearsalName } from '../rehearsal/lab-declaration.ts';
import { labCredentials } from '../rehearsal/lab-ports.ts';
import { rehearsalFiles } from '../rehearsal/rehearsal-files.ts';
import { watchPaths } from '../rehearsal/watched-paths.ts';
import { findingConditions, isOfflineGuess } from '../rules/conditions.ts';
import type { Ports } from './context.ts';
import { type Declared, declared, declaredBefore, type RehearsalSource, wantedClusters } from './rehearsal-declarations.ts';
import { type Carried, carryOut } from './rehearsal-steps.ts';

export interface RehearseOptions extends RehearsalSource {
  lab: Lab;
  /** Clusters that the lab may have at most; absent: as many as the host has room for. */
  most?: number;
}

/** A lab that is up for a rehearsal. */
interface Stage {
  lab: HeldLab;
  clusters: { central: CentralCluster; distributed: readonly DistributedCluster[] };
  addresses: ReadonlyMap<string, string>;
  /** The rendered folder, path → text: the change finds what the base has left, as in a repository. */
  written: Map<string, string>;
}

/**
 * `rehearse`: the declaration in a lab of its own. Renders, plans and applies it there and measures; with a commit to begin from, that
 * one first, and then the change onto it while a ping goes on along each path that both declare as open. The lab is taken down in every ending.
 */
export async function rehearseCommand(ports: Ports, options: RehearseOptions): Promise<Outcome<RehearsalDocument>> {
  const document = nothingYet();
  const roots = rootsOf(options);
  const change = await declared(ports.files, options, document);
  if (change === undefined) {
    document.findings = roots.findingsForUser(document.findings);
    return { document: { ...document, outcome: 'refused' }, conditions: findingConditions(document.findings) };
  }
  const base = await declaredBefore(options, change, document);
  const wanted = wantedClusters(change, base, options.only);
  if (base !== undefined && wanted.touched.size === 0) {
    const reason = `nothing that is rendered is other than at ${options.from?.ref}: no lab was brought up`;
    return { document: { ...document, outcome: 'nothing', reason }, conditions: [] };
  }
  const conditions = await inLab(ports, options, { document, change, wanted, ...present({ base }) });
  document.findings = roots.findingsForUser(document.findings);
  return { document, conditions };
}

interface Rehearsal {
  document: RehearsalDocument;
  change: Declared;
  base?: Declared;
  wanted: Candidates;
}

/** Holds the lab while the rehearsal goes on, whatever becomes of it. */
async function inLab(ports: Ports, options: RehearseOptions, rehearsal: Rehearsal): Promise<Condition[]> {
  const { document, change, wanted } = rehearsal;
  const { central, distributed } = wanted;
  const room = await options.lab.room([central, ...distributed].map(({ lab }) => ({ workers: lab?.workers ?? 0 })));
  const picked = chosen(wanted, { room: Math.max(1, room), ...present({ most: options.most }) });
  document.leftOut = picked.leftOut;
  document.rehearsed = [central, ...picked.distributed].map(({ name }) => name);
  const name = rehearsalName(document.fleet);
  const held = await options.lab.hold(name);
  if ('failed' in held) return failed(document, held.failed);
  const lab = held.value;
  let conditions: Condition[] = ['usage'];
  try {
    const free = await lab.addresses(change.prepared.declaration.fleet, document.rehearsed.length);
    const addresses = new Map(document.rehearsed.map((cluster, at) => [cluster, free[at] ?? '']));
    const stage: Stage = { lab, clusters: { central, distributed: picked.distributed }, addresses, written: new Map() };
    const interrupted = new Promise<Condition[]>((resolve) => {
      const end = () => resolve(failed(document, 'interrupted', []));
      if (ports.signal.aborted) end();
      ports.signal.addEventListener('abort', end, { once: true });
    });
    const story = onStage(ports, options, rehearsal, stage);
    story.catch(() => {}); // what fails after an interruption fails because of it
    conditions = await Promise.race([story, interrupted]);
  } finally {
    const down = await timed(ports, document, 'take the lab down', () => lab.down());
    if ('failed' in down) conditions = failed(document, `the lab could not be taken down: ${down.failed}`);
  }
  // Whatever the story has written while the lab was taken down: it was not told to its end.
  if (ports.signal.aborted && document.outcome !== 'failed') conditions = failed(document, 'interrupted', []);
  return conditions;
}

/** The base, then the change. */
async function onStage(ports: Ports, options: RehearseOptions, rehearsal: Rehearsal, stage: Stage): Promise<Condition[]> {
  const { document, change, base } = rehearsal;
  if (base !== undefined) {
    const before = await broughtUp(ports, options, base, stage, document);
    if ('failed' in before) return failed(document, before.failed);
    const carried = await timed(ports, document, 'apply the base', () => carryOut(before.ports, before.options));
    if (carried.smoke !== undefined) document.before = ofFleet(carried.smoke, document);
    const broken = carried.conditions.filter((condition) => condition !== 'smoke-failed');
    if (broken.length > 0)
      return failed(document, `the base could not be brought up: ${carried.reason ?? 'see the findings'}`, ['failed'], carried);
    const after = await broughtUp(ports, options, change, stage, document);
    if ('failed' in after) return failed(document, after.failed);
    const scoped = { before: before.scoped, after: after.scoped };
    const next = await timed(ports, document, 'apply the change', () =>
      carryOut(after.ports, after.options, () => watchPaths(before.ports, scoped)),
    );
    return ended(document, next, after.scoped.fleet);
  }
  const only = await broughtUp(ports, options, change, stage, document);
  if ('failed' in only) return failed(document, only.failed);
  const carried = await timed(ports, document, 'apply', () => carryOut(only.ports, only.options));
  return ended(document, carried, only.scoped.fleet);
}

/** The lab as a declaration needs it, and what its commands run with there. */
async function broughtUp(ports: Ports, options: RehearseOptions, from: Declared, stage: Stage, document: RehearsalDocument) {
  if (ports.signal.aborted) return { failed: 'interrupted' };
  const { lab, clusters, addresses, written } = stage;
  const text = labDeclaration(from.text, addresses);
  const { fleet } = readDeclaration(text, options.file);
  if (fleet === undefined) throw new Error('the declaration of the lab cannot be read');
  const own = fleet.distributed.filter(({ name }) => document.rehearsed.includes(name));
  const asked: Fleet = {
    ...fleet,
    central: asMade(fleet.central, clusters.central, addresses),
    // A cluster that only the other declaration has is there all the while.
    distributed: clusters.distributed.map((cluster) =>
      asMade(own.find(({ name }) => name === cluster.name) ?? cluster, cluster, addresses),
    ),
  };
  const up = await timed(ports, document, 'bring the lab up', () => lab.up(asked, from.prepared.vendorFiles));
  if ('failed' in up) return up;
  document.emulated = true;
  const isWhole = own.length === fleet.distributed.length;
  const only = isWhole ? [] : [fleet.central.name, ...own.map(({ name }) => name)];
  const files = rehearsalFiles(from.files, { file: options.file, text, rendered: options.rendered }, written);
  return {
    ports: { ...ports, files, credentials: labCredentials(up.value) },
    options: { ...options, only },
    scoped: { fleet, scope: scopeOf(fleet, only) },
  };
}

/** A cluster is made once: what a change says of its nodes and subnets needs another cluster, in a lab as elsewhere. */
function asMade<Cluster extends CentralCluster>(
  declared: Cluster,
  { name, podSubnets, serviceSubnets, lab }: CentralCluster,
  addresses: ReadonlyMap<string, string>,
): Cluster {
  const { lab: _, ...rest } = declared;
  const server = `https://${addresses.get(name)}:6443`;
  return { ...rest, server, podSubnets, serviceSubnets, ...present({ lab }) } as Cluster;
}

function ended(document: RehearsalDocument, carried: Carried, fleet?: Fleet): Condition[] {
  const { plan, apply, smoke, continuity, findings, conditions, reason } = carried;
  // Nodes have been looked at, as far as a lab has the fleet's.
  if (plan !== undefined) document.findings = document.findings.filter((finding) => !isOfflineGuess(finding));
  const known = new Set(document.findings.map(({ rule, message }) => `${rule} ${message}`));
  // Lines of the lab's own copy of the declaration say nothing to a reader.
  const more = findings.filter(({ rule, message }) => !known.has(`${rule} ${message}`));
  document.findings.push(...more.map(({ file: _, line: __, column: ___, related: ____, ...finding }) => finding));
  Object.assign(
    document,
    present({ plan: plan && ofFleet(plan, document), apply: apply && ofFleet(apply, document), continuity }),
  );
  if (smoke !== undefined) document.smoke = ofFleet(smoke, document);
  if (conditions.includes('rule-broken')) document.outcome = 'refused';
  else if (conditions.some((condition) => condition !== 'smoke-failed')) document.outcome = 'failed';
  else document.outcome = conditions.length === 0 ? 'passed' : 'broken';
  if (reason !== undefined) document.reason = reason;
  if (document.outcome === 'passed' && smoke?.pairs.length === 0 && fleet !== undefined && expect(fleet).pairs.length > 0)
    return failed(document, 'nothing was measured: the clusters in the lab have no path between them', ['failed']);
  return [...new Set(conditions)];
}

function failed(
  document: RehearsalDocument,
  reason: string,
  conditions: Condition[] = ['usage'],
  carried?: Carried,
): Condition[] {
  if (carried !== undefined) ended(document, carried);
  Object.assign(document, { outcome: 'failed', reason });
  return conditions;
}

/** In the lab the fleet has a name of its own. */
function ofFleet<Document extends { fleet: string }>(document: Document, { fleet }: RehearsalDocument): Document {
  return { ...document, fleet };
}

async function timed<Value>(ports: Ports, document: RehearsalDocument, part: string, work: () => Promise<Value>): Promise<Value> {
  const began = ports.clock.ticks();
  ports.reporter.progress({ type: 'note', text: part });
  try {
    return await work();
  } finally {
    document.took.push({ part, seconds: Math.round((ports.clock.ticks() - began) / 100) / 10 });
  }
}

function nothingYet(): RehearsalDocument {
  const none = { rehearsed: [], leftOut: [], remarks: [], took: [], findings: [] };
  return { schemaVersion: 1, fleet: '', outcome: 'failed', ...none };
}
