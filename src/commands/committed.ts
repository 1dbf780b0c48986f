import { readDeclaration } from '../declare/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { changedSources, committedFindings, readCommitted } from '../render/committed.ts';
import { contentsNeeded } from '../render/desired.ts';
import { render } from '../render/render.ts';
import { checkScope, type Options, type Ports } from './context.ts';
import { hasErrors, loadRendered, loadVendorFiles } from './load.ts';

/** What was approved: the committed files, checked byte by byte. */
export interface Committed {
  /** Present only when every file is as the index says. */
  tree?: RenderedTree;
  vendorFiles: Record<string, string>;
  /** Rule rendered. */
  findings: Finding[];
  /** The declaration has moved on since: said, but neither an error nor drift. */
  proposalPending: boolean;
}

/** Reads rendered/ as apply, smoke and drift see the fleet: never a newer clusters.yaml. */
export async function loadCommitted(ports: Ports, options: Options): Promise<Committed> {
  const files = await loadRendered(ports, options);
  const { tree } = readCommitted(files);
  if (tree === undefined) {
    const { problems } = readCommitted(files, await freshFiles(ports, options));
    return { vendorFiles: {}, findings: committedFindings(problems, options.rendered), proposalPending: false };
  }
  checkScope(tree.fleet, options.only);
  const findings: Finding[] = [];
  const vendorFiles = await loadVendorFiles(ports, tree.fleet.release.manifests);
  // Only values that are read from a vendor file again could differ from what was approved; everything else is in rendered/.
  const read = new Set(contentsNeeded(tree.manifests).flatMap((content) => (content.type === 'manifest' ? [content.file] : [])));
  findings.push(...changedSources(tree.index, vendorFiles).filter(({ file }) => file !== undefined && read.has(file)));
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
  return (
    render({ declaration, vendorFiles: await loadVendorFiles(ports, declaration.fleet.release.manifests) }).tree?.files ?? {}
  );
}
