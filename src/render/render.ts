import { isDeepStrictEqual } from 'node:util';
import { attachPlace } from '../cn2/numbers.ts';
import { RELEASES, releaseFacts } from '../cn2/releases.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { hasErrors } from '../rules/conditions.ts';
import { attachDrafts, sharedAdapt } from './attach.ts';
import { valueAt, withoutCopies } from './collisions.ts';
import { type Draft, manifestWriter } from './manifest.ts';
import { namespaceDrafts } from './namespaces.ts';
import { networkDrafts } from './networks.ts';
import { patchedFolder } from './patches.ts';
import { routerDrafts } from './routers.ts';
import { makeTree } from './tree.ts';
import { readVendorFolders } from './vendor-folders.ts';

/**
 * Renders a declaration and the vendor's manifests into everything below `rendered/`. Pure: the same input gives the same bytes.
 * There is a tree only when neither the declaration's reading nor the folder has an error. Findings are those of the folder and of
 * objects that collide; the declaration's own are not repeated.
 */
export function render(input: {
  declaration: Declaration;
  /** Every file of the manifests folders: path relative to the declaration → text. */
  vendorFiles: Record<string, string>;
}): { tree?: RenderedTree; findings: Finding[] } {
  const { declaration, vendorFiles } = input;
  const { fleet, source } = declaration;
  if (fleet === undefined) return { findings: [] };
  const { version, manifests } = fleet.release;
  if (version === '' || manifests === '') return { findings: [] }; // missing: the declaration's own findings say so
  const facts = releaseFacts(version);
  if (facts === undefined) return { findings: [unknownRelease(declaration, version)] };
  const { folders, findings } = readVendorFolders(declaration, fleet, facts, vendorFiles);
  // Of a declaration with errors only the folder is judged: what it would render is not what its author meant.
  if (folders === undefined || declaration.findings.some(({ severity }) => severity === 'error')) return { findings };

  const drafts: Draft[] = [];
  const adapt = sharedAdapt();
  const attached = [...fleet.distributed.entries()].sort(([, a], [, b]) => attachPlace(a) - attachPlace(b));
  for (const [position, cluster] of attached) {
    const at = `/distributed/${position}`;
    const patched = patchedFolder(folders.of(cluster), cluster, { at, source, release: fleet.release, facts });
    const attach = attachDrafts(fleet, cluster, at, { ...patched, pattern: folders.pattern, facts }, adapt);
    drafts.push(...attach.drafts);
    for (const finding of [...patched.findings, ...attach.findings])
      if (!findings.some((known) => isDeepStrictEqual(known, finding))) findings.push(finding);
  }
  const routers = routerDrafts(fleet, facts);
  drafts.push(...namespaceDrafts(fleet), ...networkDrafts(fleet, facts, routers.labelled), ...routers.drafts);

  const { kept, findings: collisions } = withoutCopies(drafts.map(manifestWriter(fleet.metadata.name)), declaration);
  findings.push(...collisions);
  if (hasErrors(findings)) return { findings };
  return { tree: makeTree(fleet, declaration.digest, folders.sources, kept), findings };
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
