import { isDeepStrictEqual } from 'node:util';
import { RELEASES, releaseFacts } from '../cn2/releases.ts';
import type { Declaration } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import { groupOf } from '../model/kubernetes.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { attachDrafts } from './attach.ts';
import { type Draft, toManifest } from './manifest.ts';
import { namespaceDrafts } from './namespaces.ts';
import { networkDrafts } from './networks.ts';
import { routerDrafts } from './routers.ts';
import { makeTree } from './tree.ts';
import { readVendorFolder } from './vendor-folder.ts';

/**
 * Renders a declaration and the vendor's manifests into everything below `rendered/`. Pure: the same input gives the same bytes.
 * There is a tree only when neither the declaration's reading nor the folder has an error. Findings are those of the folder and of
 * objects that collide; the declaration's own are not repeated.
 */
export function render(input: {
  declaration: Declaration;
  /** Every file of the manifests folder: path relative to the declaration → text. */
  vendorFiles: Record<string, string>;
}): { tree?: RenderedTree; findings: Finding[] } {
  const { declaration, vendorFiles } = input;
  const { fleet } = declaration;
  if (fleet === undefined) return { findings: [] };
  const { version, manifests } = fleet.release;
  if (version === '' || manifests === '') return { findings: [] }; // missing: the declaration's own findings say so
  const facts = releaseFacts(version);
  if (facts === undefined) return { findings: [unknownRelease(declaration, version)] };
  const { folder, findings } = readVendorFolder({
    release: fleet.release,
    facts,
    declaredAt: placeOf(declaration, '/release/manifests'),
    vendorFiles,
  });
  // Of a declaration with errors only the folder is judged: what it would render is not what its author meant.
  if (folder === undefined || declaration.findings.some(({ severity }) => severity === 'error')) return { findings };

  const drafts: Draft[] = [];
  const attached = [...fleet.distributed.entries()].sort(([, a], [, b]) => a.index - b.index);
  for (const [position, cluster] of attached) {
    const attach = attachDrafts(fleet, cluster, `/distributed/${position}`, folder, facts);
    drafts.push(...attach.drafts);
    for (const finding of attach.findings)
      if (!findings.some((known) => isDeepStrictEqual(known, finding))) findings.push(finding);
  }
  const routers = routerDrafts(fleet, facts);
  drafts.push(...namespaceDrafts(fleet), ...networkDrafts(fleet, facts, routers.labelled), ...routers.drafts);

  const { kept, findings: collisions } = withoutCopies(drafts, declaration);
  findings.push(...collisions);
  if (findings.length > 0) return { findings };
  const written = kept.map((draft) => toManifest(draft, fleet.metadata.name));
  return { tree: makeTree(fleet, declaration.digest, folder.sources, written), findings };
}

/** An object that two stages hold stays in the first. Two different objects of one identity are a fault of the input. */
function withoutCopies(drafts: readonly Draft[], declaration: Declaration): { kept: Draft[]; findings: Finding[] } {
  const first = new Map<string, Draft>();
  const findings: Finding[] = [];
  for (const draft of drafts) {
    const { apiVersion, kind, metadata } = draft.object;
    const identity = [draft.cluster, groupOf(apiVersion), kind, metadata.namespace ?? '', metadata.name].join(' ');
    const before = first.get(identity);
    if (before === undefined) first.set(identity, draft);
    else if (!isDeepStrictEqual(before.object, draft.object)) {
      const place = placeOf(declaration, draft.declaredAt);
      const name = `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
      findings.push({
        rule: 'duplicate',
        severity: 'error',
        ...place,
        message: `${name} on ${draft.cluster} would be rendered twice with different content (stages ${before.stage} and ${draft.stage})`,
        remedy:
          kind === 'Namespace' && before.stage !== draft.stage
            ? `CN2's own manifests make ${metadata.name}: declare it with manage: false, or not at all.`
            : 'Give one of the two another name.',
        related: [{ ...placeOf(declaration, before.declaredAt), message: 'the first one' }],
      });
    }
  }
  return { kept: [...first.values()], findings };
}

function unknownRelease(declaration: Declaration, version: string): Finding {
  return {
    rule: 'E22',
    severity: 'error',
    ...placeOf(declaration, '/release/version'),
    message: `release.version ${version} is of no known CN2 release`,
    remedy: `Known are ${RELEASES.map(({ release }) => release).join(', ')}: declare the image tag as the manifests have it, e.g. 22.2.0.93 or cn2.23.4.0.59.`,
  };
}

function placeOf(declaration: Declaration, pointer: string): FilePosition {
  const { file, values } = declaration.source;
  return { file, ...(values[pointer] ?? values[''] ?? { line: 1, column: 1 }) };
}
