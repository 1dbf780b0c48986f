import type { Finding } from '../model/finding.ts';
import type { ImportDocument } from '../model/import.ts';
import type { LiveCluster } from '../model/live.ts';
import type { Condition, Outcome } from '../model/outcome.ts';
import { present } from '../model/present.ts';
import { contains } from '../render/extra-paths.ts';
import { render } from '../render/render.ts';
import { vendorState } from '../render/vendor-state.ts';
import { hasErrors } from '../rules/conditions.ts';
import { judgeManifests } from '../rules/judge.ts';
import { PLACEHOLDER } from '../setup/first-declaration.ts';
import type { Known } from './choices.ts';
import type { Settled } from './settle.ts';
import type { NamedCluster } from './together.ts';
import type { ChosenFolders } from './vendor.ts';
import type { View } from './view.ts';

const NO_COUNTS = { namespaces: 0, networks: 0, connections: 0, extra: 0, patches: 0 };

/** The end of an import that has written nothing. */
export function nothingImported(
  declaration: string,
  named: readonly NamedCluster[],
  findings: Finding[],
  condition: Condition,
): Outcome<ImportDocument> {
  const document: ImportDocument = {
    schemaVersion: 1,
    declaration,
    written: [],
    clusters: named.map(({ cluster }) => clusterOf(cluster)),
    counts: NO_COUNTS,
    adopted: 0,
    notCompared: 0,
    remaining: [],
    findings,
    next: [],
  };
  return { document, conditions: [condition] };
}

function clusterOf({ name, role, status, problem, uid }: LiveCluster): ImportDocument['clusters'][number] {
  return { name, role, status, ...present({ reason: problem?.message, uid }) };
}

/** What an import has written, and what is left to do. */
export function importDocument(input: {
  view: View;
  known: Omit<Known, 'kubeconfigs'>;
  settled: Settled;
  vendorFiles: Record<string, string>;
  /** Manifests of the user's own that are there already. */
  merged: Record<string, string>;
  written: string[];
  shownFile: string;
}): ImportDocument {
  const { view, known, settled, vendorFiles, merged, written, shownFile } = input;
  const { draft, adopted, remaining } = settled;
  const { version, images } = known.release;
  const judged = judge({ ...settled, extraFiles: { ...merged, ...settled.extraFiles } }, filesOf(known.folders, vendorFiles));
  return {
    schemaVersion: 1,
    declaration: shownFile,
    written,
    release: { version, images },
    ...(known.folders === undefined
      ? {}
      : {
          manifests: {
            folder: known.folders.release.name,
            own: [...known.folders.own].map(([cluster, { name }]) => ({ cluster, folder: name })),
            differs: judged.differs,
          },
        }),
    clusters: view.live.clusters.map(clusterOf),
    counts: {
      namespaces: draft.namespaces.length,
      networks: draft.networks.length,
      connections: draft.connections.length,
      extra: Object.keys(settled.extraFiles).length,
      patches: draft.distributed.reduce((sum, { patches }) => sum + patches.length, 0),
    },
    adopted,
    notCompared: settled.notCompared,
    remaining: remaining.map(({ cluster, change: { action, kind, namespace, name, fields } }) => ({
      ...{ cluster, action, kind, name, ...present({ namespace }) },
      fields: fields.map(({ path }) => path),
    })),
    findings: judged.findings,
    next: nextSteps(input),
  };
}

/** The vendor's files of the folders that the declaration names; undefined: it names none that is there. */
function filesOf(folders: ChosenFolders | undefined, vendorFiles: Record<string, string>): Record<string, string> | undefined {
  if (folders === undefined) return undefined;
  const names = [folders.release, ...folders.own.values()].map(({ name }) => name);
  return Object.fromEntries(Object.entries(vendorFiles).filter(([file]) => names.some((name) => contains(name, file))));
}

/** What validate will say of the files that were written. */
function judge({ declaration, extraFiles, findings }: Settled, vendorFiles: Record<string, string> | undefined) {
  if (vendorFiles === undefined || hasErrors(declaration.findings)) return { findings, differs: [] };
  const { tree, findings: rendered } = render({ declaration, vendorFiles, extraFiles });
  if (tree === undefined) return { findings: [...findings, ...rendered], differs: [] };
  const manifests = judgeManifests({ declaration, fleet: tree.fleet, manifests: tree.manifests, vendorFiles });
  return { findings: [...findings, ...rendered, ...manifests], differs: vendorState(tree, vendorFiles).differs };
}

function nextSteps({ known, settled, shownFile }: Parameters<typeof importDocument>[0]): string[] {
  const { release } = known;
  const file = shownFile === 'clusters.yaml' ? '' : ` -f ${shownFile}`;
  const variables = [...new Set([...settled.text.matchAll(/\{env: ([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name]) => name!))];
  return [
    ...(settled.marked ? [`Replace every ${PLACEHOLDER} in ${shownFile}.`] : []),
    ...(known.folders === undefined
      ? [
          `Put Juniper's multi-cluster manifests of release ${release.facts.release} (images ${release.version}) into cn2/${release.facts.release} beside ${shownFile}, then import again with --manifests, so that what differs from them is kept.`,
        ]
      : []),
    ...(variables.length === 0 ? [] : [`Set ${variables.join(', ')} to what the comments in ${shownFile} say.`]),
    `Run cn2-fleet plan${file}: it should adopt what is there, and change nothing.`,
    `Add a smoke test (smoke:) to ${shownFile}, and run cn2-fleet init${file} for the workflows.`,
  ];
}
