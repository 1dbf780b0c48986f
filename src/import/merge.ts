import { readDeclaration } from '../declare/declaration.ts';
import { editDeclaration } from '../edit/edit.ts';
import type { Edit } from '../edit/edits.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { objectKey, objectName, objectTitle, refOf } from '../model/object-ref.ts';
import { contains } from '../render/extra-paths.ts';
import { judgeDeclaration } from '../rules/judge.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import { desiredOf } from './desired.ts';
import type { ConnectionEntry, Entry, FleetDraft } from './draft.ts';
import { extraFiles, extraFolder } from './extra.ts';
import { type Decisions, type DraftChoices, noDecisions } from './make-draft.ts';
import { compared, type Remaining, type Settled, type SettleOptions, settle } from './settle.ts';
import type { View } from './view.ts';

/** A declaration that is there, with the user's own manifests that it names. */
export interface Existing {
  declaration: Declaration;
  fleet: Fleet;
  text: string;
  extraFiles: Record<string, string>;
}

/** A declaration with what was found beside it. */
export interface Merged {
  /** As of a declaration that was made; `extraFiles`: the new ones alone. Its draft has what was added and nothing else. */
  settled: Settled;
  /** Something was added. */
  changed: boolean;
  /** What could not be added. */
  findings: Finding[];
}

/** Each round says something that was added in a plainer way. */
const MOST_ROUNDS = 20;

/**
 * Adds to a declaration what runs and is not in it: clusters, namespaces, networks, connections, and files for what no key says. What is
 * in it stays as it is, with its comments and its order. What would be said otherwise among the declared things is said plainer.
 */
export function mergeInto(view: View, choices: DraftChoices, options: SettleOptions, existing: Existing): Merged {
  const decisions = noDecisions(new Set(existing.fleet.connections.map(({ name }) => name)));
  const before = lookAt(view, options, existing);
  for (let round = 1; ; round += 1) {
    const whole = settle(view, choices, options, decisions);
    const added = additions(whole.draft, existing, before.known);
    const edits = editsOf(added.draft, existing.fleet);
    const { text, refused } = editDeclaration(existing.text, edits);
    const files = extraFiles(added.draft.extra);
    const declaration = readDeclaration(text, options.file);
    const after = lookAt(view, options, {
      declaration,
      fleet: declaration.fleet!,
      text,
      extraFiles: { ...existing.extraFiles, ...files },
    });
    const remaining = after.others.filter(({ cluster, change }) => !before.keys.has(keyOf(cluster, change)));
    if (round < MOST_ROUNDS && plainer(remaining, added.draft, decisions)) continue;
    const settled = {
      ...{ text, draft: added.draft, declaration, extraFiles: files, remaining },
      marked: text.includes(PLACEHOLDER) && !existing.text.includes(PLACEHOLDER),
      adopted: after.adopted - before.adopted,
      notCompared: after.notCompared - before.notCompared,
      findings: [...declaration.findings, ...judgeDeclaration(declaration)],
    };
    // What no patch says of a cluster that is declared, its plan shows.
    const isNew = (cluster: string | undefined) => added.draft.distributed.some(({ value }) => value['name'] === cluster);
    const told = [...[...decisions.told.values()].filter(({ cluster }) => isNew(cluster)), ...decisions.withheld.values()];
    const findings = [...added.findings, ...told, ...refused.map(({ reason }) => notAdded(options.file, reason))];
    return { settled, changed: edits.length > 0 || Object.keys(files).length > 0, findings };
  }
}

function keyOf(cluster: string, { kind, namespace, name }: Remaining['change']): string {
  return objectTitle({ cluster, kind, namespace, name });
}

/** What a declaration has, and what it would change. */
function lookAt(view: View, { folders }: SettleOptions, { declaration, fleet, extraFiles: files }: Existing) {
  const desired = desiredOf(declaration, fleet, {
    facts: view.facts,
    extraFiles: files,
    ...(folders === undefined ? {} : { folders }),
  });
  const { changes, notCompared } = compared(fleet, desired, view.live);
  const others = changes.filter(({ change }) => change.action !== 'adopt');
  return {
    known: new Set(desired.map(({ manifest, object }) => objectKey(refOf(object, manifest.cluster)))),
    others,
    keys: new Set(others.map(({ cluster, change }) => keyOf(cluster, change))),
    adopted: changes.length - others.length,
    notCompared,
  };
}

/** The part of a draft that a declaration does not have. `known`: the objects that it has. */
function additions(
  draft: FleetDraft,
  { fleet }: Existing,
  known: ReadonlySet<string>,
): { draft: FleetDraft; findings: Finding[] } {
  const central = fleet.central.name;
  const has = (cluster: string) => (object: KubernetesObject) => known.has(objectKey(refOf(object, cluster)));
  const isHalf = ({ routers }: ConnectionEntry) => routers.some(has(central)) && !routers.every(has(central));
  const namespaces = new Set(fleet.namespaces.map(({ cluster, name }) => `${cluster}/${name}`));
  const clusters = new Set(fleet.distributed.map(({ name }) => name));
  const extra = [...draft.extra].map(
    ([cluster, objects]) => [cluster, objects.filter((object) => !has(cluster)(object))] as const,
  );
  return {
    draft: {
      ...draft,
      distributed: draft.distributed.filter(({ value }) => !clusters.has(String(value['name']))),
      namespaces: draft.namespaces.filter(({ value }) => !namespaces.has(`${value['cluster']}/${value['name']}`)),
      networks: draft.networks.filter(({ objects }) => !objects.some(has(central))),
      connections: draft.connections.filter(({ routers }) => !routers.some(has(central))),
      extra: new Map(extra.filter(([, objects]) => objects.length > 0)),
    },
    findings: draft.connections
      .filter(isHalf)
      .map(({ routers }) => halfDeclared(routers.filter((router) => !has(central)(router)))),
  };
}

function halfDeclared(routers: readonly KubernetesObject[]): Finding {
  const names = routers.map(({ metadata }) => objectName(metadata)).join(', ');
  return {
    rule: 'cluster',
    severity: 'warning',
    message: `VirtualNetworkRouter ${names} is connected with routers of a connection that is declared: it is not added`,
    remedy: 'Add its networks to that connection by hand.',
  };
}

function notAdded(file: string, reason: string): Finding {
  return {
    ...{ rule: 'cluster', severity: 'error', file, line: 1, column: 1 },
    message: `not everything that was found can be added: ${reason}`,
    remedy: 'Change that place by hand, then import again with --merge.',
  };
}

/** Entries at the ends of their lists. */
function editsOf(draft: FleetDraft, fleet: Fleet): Edit[] {
  const appended = (path: string, key: readonly string[], entries: readonly Entry[]) =>
    entries.map(
      ({ value, comment }): Edit => ({ edit: 'append', path, value, key, ...(comment === undefined ? {} : { comment }) }),
    );
  const clusters = draft.distributed.map(({ value, comments, patches }): Entry => {
    const comment = Object.values(comments).join('\n');
    const all = patches.length === 0 ? value : { ...value, patches: patches.map((patch) => patch.value) };
    return comment === '' ? { value: all } : { value: all, comment };
  });
  const sources = [...draft.extra.keys()]
    .map((cluster) => ({ cluster, path: extraFolder(cluster) }))
    .filter(({ cluster, path }) => !(fleet.extra ?? []).some((entry) => entry.cluster === cluster && contains(entry.path, path)));
  return [
    ...appended('/distributed', ['name'], clusters),
    ...appended('/namespaces', ['cluster', 'name'], draft.namespaces),
    ...appended('/networks', ['cluster', 'namespace', 'name'], draft.networks),
    ...appended('/connections', ['name'], draft.connections),
    ...appended(
      '/extra',
      ['cluster', 'path'],
      sources.map((value) => ({ value })),
    ),
  ];
}

/** Says what was added and would change as it is on the cluster; whether there was any. */
function plainer(remaining: readonly Remaining[], draft: FleetDraft, decisions: Decisions): boolean {
  const size = () => decisions.plainRouters.size + decisions.plainNetworks.size;
  const decided = size();
  for (const { change } of remaining) {
    const name = objectName(change);
    const connection = draft.connections.find(({ routers }) => routers.some(({ metadata }) => objectName(metadata) === name));
    if (change.kind === 'VirtualNetworkRouter')
      for (const { metadata } of connection?.routers ?? []) decisions.plainRouters.add(objectName(metadata));
    const network = draft.networks.find(({ objects }) =>
      objects.some(({ kind, metadata }) => kind === change.kind && objectName(metadata) === name),
    );
    for (const { kind, metadata } of network?.objects ?? [])
      if (kind === 'VirtualNetwork') decisions.plainNetworks.add(objectName(metadata));
  }
  return size() > decided;
}
