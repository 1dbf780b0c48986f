import { isDeepStrictEqual } from 'node:util';
import { attachPlace } from '../cn2/numbers.ts';
import { RELEASES, releaseFacts } from '../cn2/releases.ts';
import type { Declaration } from '../model/declaration.ts';
import { detachedCluster, isAttached } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree, RenderIndex, StageId } from '../model/manifest.ts';
import { hasErrors } from '../rules/conditions.ts';
import { attachDrafts, sharedAdapt } from './attach.ts';
import { valueAt, withoutCopies } from './collisions.ts';
import { extraDrafts } from './extra.ts';
import { extraCollisions } from './extra-collisions.ts';
import { extraMemberships } from './extra-memberships.ts';
import { kubemanagerImageFindings } from './kubemanager.ts';
import { type Draft, manifestWriter } from './manifest.ts';
import { namespaceDrafts } from './namespaces.ts';
import { networkDrafts } from './networks.ts';
import { patchedFolder } from './patches.ts';
import { routerDrafts } from './routers.ts';
import { makeTree } from './tree.ts';
import { readVendorFolders } from './vendor-folders.ts';

/**
 * Renders a declaration and the vendor's manifests into everything below `rendered/`. Pure: the same input gives the same bytes.
 * There is a tree only when neither the declaration's reading nor the folder has an error. Findings are those of the folder, of the
 * user's own manifests and of objects that collide; the declaration's own are not repeated.
 */
export function render(input: {
  declaration: Declaration;
  /** Every file of the manifests folders: path relative to the declaration → text. */
  vendorFiles: Record<string, string>;
  /** The user's own manifests: path relative to the declaration → text. */
  extraFiles?: Record<string, string>;
}): { tree?: RenderedTree; findings: Finding[] } {
  const { declaration, vendorFiles, extraFiles = {} } = input;
  const { fleet, source } = declaration;
  if (fleet === undefined) return { findings: [] };
  const { version, manifests } = fleet.release;
  if (version === '' || manifests === '') return { findings: [] }; // missing: the declaration's own findings say so
  const facts = releaseFacts(version);
  if (facts === undefined) return { findings: [unknownRelease(declaration, version)] };
  const { folders, findings } = readVendorFolders(declaration, fleet, facts, vendorFiles);
  // Of a declaration with errors only the folder is judged: what it would render is not what its author meant.
  const extra = extraDrafts(fleet, extraFiles);
  findings.push(...extra.findings);
  if (folders === undefined || declaration.findings.some(({ severity }) => severity === 'error')) return { findings };

  const drafts: Draft[] = [];
  const adapt = sharedAdapt();
  const attached = [...fleet.distributed.entries()]
    .filter(([, cluster]) => isAttached(cluster))
    .sort(([, a], [, b]) => attachPlace(a) - attachPlace(b));
  for (const [position, cluster] of attached) {
    const at = `/distributed/${position}`;
    const context = { at, source, release: fleet.release, facts };
    const patched = patchedFolder(folders.of(cluster), cluster, context);
    const attach = attachDrafts(fleet, cluster, at, { ...patched, pattern: folders.pattern, facts }, adapt);
    drafts.push(...attach.drafts);
    for (const finding of [...patched.findings, ...kubemanagerImageFindings(cluster, context), ...attach.findings])
      if (!findings.some((known) => isDeepStrictEqual(known, finding))) findings.push(finding);
  }
  const routers = routerDrafts(fleet, facts);
  const ownFirst = (stage: StageId) => extra.core.filter((draft) => draft.stage === stage);
  drafts.push(...namespaceDrafts(fleet), ...ownFirst('80-networks'), ...networkDrafts(fleet, facts, routers.labelled));
  drafts.push(...ownFirst('90-routers'), ...routers.drafts, ...extra.others);

  // Of a detached cluster nothing is wanted on either side, whatever the file still says of it.
  const wanted = drafts.filter((draft) => detachedCluster(fleet, draft.for) === undefined);
  const marked = wanted.map(manifestWriter(fleet.metadata.name));
  const documentsOf = (name: string) => {
    const cluster = fleet.distributed.find((candidate) => candidate.name === name);
    if (cluster !== undefined && !isAttached(cluster)) return [];
    const { deployer, certificates, vrouter } = folders.of(cluster ?? {});
    return [...deployer, ...certificates, ...vrouter];
  };
  findings.push(...extraCollisions(marked, declaration, documentsOf), ...extraMemberships(marked, fleet));
  if (hasErrors(findings)) return { findings };
  const { kept, findings: collisions } = withoutCopies(marked, declaration);
  findings.push(...collisions);
  if (hasErrors(findings)) return { findings };
  return { tree: makeTree(fleet, declaration.digest, inOrder([...folders.sources, ...extra.sources]), kept), findings };
}

function unknownRelease(declaration: Declaration, version: string): Finding {
  return {
    rule: 'E22',
    severity: 'error',
    ...valueAt(declaration, ['/release/version']),
    message: `release.version ${version} belongs to no known CN2 release`,
    remedy: `Known are ${RELEASES.map(({ release }) => release).join(', ')}: declare the image tag as the manifests have it, e.g. 22.2.0.93 or cn2.23.4.0.59.`,
  };
}

function inOrder(sources: RenderIndex['sources']): RenderIndex['sources'] {
  return [...sources].sort((a, b) => (a.file < b.file ? -1 : 1));
}
