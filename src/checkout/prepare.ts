import { fillFleet } from '../declare/fill.ts';
import { placeOf } from '../declare/place.ts';
import type { Declaration } from '../model/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { type Scope, scopeOf } from '../model/scope.ts';
import { render } from '../render/render.ts';
import { hasErrors } from '../rules/conditions.ts';
import { judgeDeclaration, judgeManifests, judgeRemoval } from '../rules/judge.ts';
import type { Checkout } from './checkout.ts';
import { ownExtraFiles } from './extra-files.ts';
import { loadDeclaration } from './load.ts';
import { ownRendered, ownVendorFiles, requireOwn } from './work-tree.ts';

/** A declaration with everything that can be said of it without a cluster. */
export interface Prepared {
  declaration: Declaration;
  /** What the run is about; present when the declaration has no errors. */
  scope?: Scope;
  /** Present when the declaration's structure allows rendering, also beside findings of rules. */
  tree?: RenderedTree;
  vendorFiles: Record<string, string>;
  /** The user's own manifests, path relative to the declaration → text. */
  extraFiles: Record<string, string>;
  /** The committed files below rendered/, path → text. */
  committed: Record<string, string>;
  findings: Finding[];
}

/** Reads the declaration and the vendor's manifests, renders in memory and runs every offline rule: all findings at once. */
export async function prepare(checkout: Checkout): Promise<Prepared> {
  const { files, file, shownFile } = checkout;
  await requireOwn(files, file, shownFile);
  const declaration = await loadDeclaration(checkout);
  const { files: committed, findings: strange } = await ownRendered(checkout);
  const findings = [...declaration.findings, ...strange];
  const prepared: Prepared = { declaration, vendorFiles: {}, extraFiles: {}, committed, findings };
  const { fleet } = declaration;
  if (fleet === undefined) return prepared;
  if (!hasErrors(declaration.findings)) prepared.scope = scopeOf(fleet, checkout.only);
  findings.push(...judgeDeclaration(declaration), ...judgeRemoval(declaration, previousFleet(committed)));
  const vendor = await ownVendorFiles(files, fleet, (at) => placeOf(declaration.source, at));
  const vendorFiles = vendor.files;
  const extra = await ownExtraFiles(checkout, fleet, declaration.source);
  const extraFiles = extra.files;
  findings.push(...vendor.findings, ...extra.findings);
  Object.assign(prepared, { vendorFiles, extraFiles });
  const rendered = hasErrors([...declaration.findings, ...vendor.findings, ...extra.findings])
    ? { findings: [] }
    : render({ declaration, vendorFiles, extraFiles });
  if (rendered.tree !== undefined) prepared.tree = rendered.tree;
  // The vendor's files are judged also where nothing can be rendered: all findings at once.
  const manifests = rendered.tree?.manifests ?? [];
  findings.push(
    ...rendered.findings,
    ...judgeManifests({ declaration, fleet, manifests, vendorFiles, folder: checkout.rendered }),
  );
  prepared.findings = distinct(findings);
  return prepared;
}

/** Rules that the renderer reports too, in its own words. */
const ALSO_RENDERED: ReadonlySet<string> = new Set(['E13', 'E14', 'E20', 'E22']);

/** The same fault seen by the renderer and by a rule is one finding. */
function distinct(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = [
      finding.rule,
      finding.file,
      finding.line,
      finding.column,
      ALSO_RENDERED.has(finding.rule) ? '' : finding.message,
    ].join('\n');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The fleet as it was rendered last: of an edited one what is there. An unreadable one is found by the check of rendered/, not here. */
export function previousFleet(committed: Readonly<Record<string, string>>): Fleet | undefined {
  try {
    const fleet: unknown = JSON.parse(committed['fleet.json'] ?? 'null');
    return fleet === null ? undefined : fillFleet(fleet);
  } catch {
    return undefined;
  }
}
