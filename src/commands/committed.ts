import { readDeclaration } from '../declare/declaration.ts';
import type { Finding } from '../model/finding.ts';
import type { RenderedTree } from '../model/manifest.ts';
import { changedSources, committedFindings, readCommitted } from '../render/committed.ts';
import { contentsNeeded } from '../render/desired.ts';
import type { Options, Ports } from './context.ts';
import { loadRendered, loadVendorFiles } from './load.ts';

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
  const { tree, problems } = readCommitted(await loadRendered(ports, options));
  const findings = committedFindings(problems, options.rendered);
  if (tree === undefined) return { vendorFiles: {}, findings, proposalPending: false };
  const vendorFiles = await loadVendorFiles(ports, tree.fleet.release.manifests);
  // Only values that are read from a vendor file again could differ from what was approved; everything else is in rendered/.
  const read = new Set(contentsNeeded(tree.manifests).flatMap((content) => (content.type === 'manifest' ? [content.file] : [])));
  findings.push(...changedSources(tree.index, vendorFiles).filter(({ file }) => file !== undefined && read.has(file)));
  const declaration = await ports.files.read(options.file);
  const digest = declaration === undefined ? undefined : readDeclaration(declaration, options.shownFile).digest;
  return { tree, vendorFiles, findings, proposalPending: digest !== undefined && digest !== tree.index.declaration };
}
