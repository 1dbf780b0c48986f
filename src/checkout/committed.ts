import { readDeclaration } from '../declare/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { type Scope, scopeOf } from '../model/scope.ts';
import { absentSecrets } from '../render/absent-secrets.ts';
import { changedSources, committedFindings, readCommitted } from '../render/committed.ts';
import { contentsNeeded } from '../render/desired.ts';
import { render } from '../render/render.ts';
import { FLEET_FILE } from '../render/tree.ts';
import { hasErrors } from '../rules/conditions.ts';
import type { Checkout } from './checkout.ts';
import { ownExtraFiles } from './extra-files.ts';
import { ownRendered, ownVendorFiles, requireOwn } from './work-tree.ts';

/** What was approved: the committed files, checked byte by byte. */
export interface Committed {
  /** Present only when every file is as the index says; with it what the run is about. */
  rendered?: { tree: RenderedTree; scope: Scope };
  vendorFiles: Record<string, string>;
  /** Rule rendered. */
  findings: Finding[];
  /** There is not a single file: nothing has been rendered yet. */
  nothingRendered?: true;
  /** The declaration has moved on since: said, but neither an error nor drift. */
  proposalPending: boolean;
}

/** Reads rendered/ as apply, smoke and drift see the fleet: never a newer clusters.yaml. */
export async function loadCommitted(checkout: Checkout): Promise<Committed> {
  const { file, shownFile, rendered } = checkout;
  await requireOwn(checkout.files, file, shownFile);
  const { files, findings: strange } = await ownRendered(checkout);
  if (strange.length > 0) return { vendorFiles: {}, findings: strange, proposalPending: false };
  const { tree } = readCommitted(files);
  if (tree === undefined) {
    const { problems } = readCommitted(files, await freshFiles(checkout));
    const nothing = Object.keys(files).length === 0 ? { nothingRendered: true as const } : {};
    return { vendorFiles: {}, findings: committedFindings(problems, rendered), proposalPending: false, ...nothing };
  }
  const scope = scopeOf(tree.fleet, checkout.only);
  const findings: Finding[] = [];
  const fleetFile = { file: `${rendered}/${FLEET_FILE}`, line: 1, column: 1 };
  const vendor = await ownVendorFiles(checkout.files, tree.fleet, () => fleetFile, 'rendered');
  if (vendor.findings.length > 0) return { vendorFiles: {}, findings: vendor.findings, proposalPending: false };
  const vendorFiles = vendor.files;
  // Only values that are read from a vendor file again could differ from what was approved; everything else is in rendered/.
  const read = new Set(contentsNeeded(tree.manifests).flatMap((content) => (content.type === 'manifest' ? [content.file] : [])));
  findings.push(...changedSources(tree.index, vendorFiles).filter(({ file }) => file !== undefined && read.has(file)));
  if (findings.length === 0) findings.push(...absentSecrets(tree.manifests, vendorFiles, rendered));
  const declaration = await checkout.files.read(file);
  const digest = declaration === undefined ? undefined : readDeclaration(declaration, shownFile).digest;
  const proposalPending = digest !== undefined && digest !== tree.index.declaration;
  return { rendered: { tree, scope }, vendorFiles, findings, proposalPending };
}

/** What a fresh render would write: tells the line at which an edited file differs. Nothing where the declaration cannot be rendered. */
async function freshFiles(checkout: Checkout): Promise<Record<string, string>> {
  const { files, file, shownFile } = checkout;
  const text = await files.read(file);
  if (text === undefined) return {};
  const declaration = readDeclaration(text, shownFile);
  if (declaration.fleet === undefined || hasErrors(declaration.findings)) return {};
  const place = { file: shownFile, line: 1, column: 1 };
  const vendor = await ownVendorFiles(files, declaration.fleet, () => place);
  const extra = await ownExtraFiles(checkout, declaration.fleet, declaration.source);
  return render({ declaration, vendorFiles: vendor.files, extraFiles: extra.files }).tree?.files ?? {};
}
