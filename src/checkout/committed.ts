import { checkScope, type Options, type Ports } from '../commands/context.ts';
import { readDeclaration } from '../declare/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { absentSecrets } from '../render/absent-secrets.ts';
import { changedSources, committedFindings, readCommitted } from '../render/committed.ts';
import { contentsNeeded } from '../render/desired.ts';
import { render } from '../render/render.ts';
import { FLEET_FILE } from '../render/tree.ts';
import { hasErrors } from './load.ts';
import { ownRendered, ownVendorFiles, requireOwn } from './work-tree.ts';

/** What was approved: the committed files, checked byte by byte. */
export interface Committed {
  /** Present only when every file is as the index says. */
  tree?: RenderedTree;
  vendorFiles: Record<string, string>;
  /** Rule rendered. */
  findings: Finding[];
  /** There is not a single file: nobody has rendered yet. */
  nothingRendered?: true;
  /** The declaration has moved on since: said, but neither an error nor drift. */
  proposalPending: boolean;
}

/** Reads rendered/ as apply, smoke and drift see the fleet: never a newer clusters.yaml. */
export async function loadCommitted(ports: Ports, options: Options): Promise<Committed> {
  await requireOwn(ports, options.file, options.shownFile);
  const { files, findings: strange } = await ownRendered(ports, options);
  if (strange.length > 0) return { vendorFiles: {}, findings: strange, proposalPending: false };
  const { tree } = readCommitted(files);
  if (tree === undefined) {
    const { problems } = readCommitted(files, await freshFiles(ports, options));
    const nothing = Object.keys(files).length === 0 ? { nothingRendered: true as const } : {};
    return { vendorFiles: {}, findings: committedFindings(problems, options.rendered), proposalPending: false, ...nothing };
  }
  checkScope(tree.fleet, options.only);
  const findings: Finding[] = [];
  const fleetFile = { file: `${options.rendered}/${FLEET_FILE}`, line: 1, column: 1 };
  const vendor = await ownVendorFiles(ports, tree.fleet.release.manifests, fleetFile, 'rendered');
  if (vendor.findings.length > 0) return { vendorFiles: {}, findings: vendor.findings, proposalPending: false };
  const vendorFiles = vendor.files;
  // Only values that are read from a vendor file again could differ from what was approved; everything else is in rendered/.
  const read = new Set(contentsNeeded(tree.manifests).flatMap((content) => (content.type === 'manifest' ? [content.file] : [])));
  findings.push(...changedSources(tree.index, vendorFiles).filter(({ file }) => file !== undefined && read.has(file)));
  if (findings.length === 0) findings.push(...absentSecrets(tree.manifests, vendorFiles, options.rendered));
  const declaration = await ports.files.read(options.file);
  const digest = declaration === undefined ? undefined : readDeclaration(declaration, options.shownFile).digest;
  return { tree, vendorFiles, findings, proposalPending: digest !== undefined && digest !== tree.index.declaration };
}

/** What a fresh render would write: tells the line at which an edited file differs. Nothing where the declaration cannot be rendered. */
async function freshFiles(ports: Ports, options: Options): Promise<Record<string, string>> {
  const text = await ports.files.read(options.file);
  if (text === undefined) return {};
  const declaration = readDeclaration(text, options.shownFile);
  if (declaration.fleet === undefined || hasErrors(declaration.findings)) return {};
  const place = { file: options.shownFile, line: 1, column: 1 };
  const vendor = await ownVendorFiles(ports, declaration.fleet.release.manifests, place);
  return render({ declaration, vendorFiles: vendor.files }).tree?.files ?? {};
}
