import { isPublished } from '../cn2/published.ts';
import { sha256 } from '../declare/digest.ts';
import type { RenderedTree } from '../model/manifest.ts';
import type { VendorState } from '../model/plan.ts';
import { isExtraFile } from './extra-paths.ts';

/**
 * How the files that a tree was rendered from stand to those that Juniper publishes for its release. A file that a checkout gave
 * other line ends (CRLF) is as published. `vendorFiles`: what is in the folder now, for exactly that question.
 */
export function vendorState(
  { fleet, index }: Pick<RenderedTree, 'fleet' | 'index'>,
  vendorFiles: Readonly<Record<string, string>>,
): VendorState {
  const { version } = fleet.release;
  const differs = index.sources
    .filter(({ file }) => !isExtraFile(fleet, file))
    .filter(({ file, digest }) => {
      const text = vendorFiles[file];
      const same = text !== undefined && sha256(text) === digest ? sha256(text.replaceAll('\r\n', '\n')) : digest;
      return !isPublished(version, digest) && !isPublished(version, same);
    })
    .map(({ file }) => file);
  return { asPublished: differs.length === 0, differs };
}
