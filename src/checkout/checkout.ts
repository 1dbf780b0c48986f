import type { DeclarationNames } from '../declare/roots.ts';
import type { Files } from '../ports/files.ts';

/** A fleet as it lies in the work tree: its files, and what they are called there. */
export interface Checkout extends DeclarationNames {
  /** Rooted in the folder of the declaration. */
  files: Files;
  /** The rendered folder, relative to the declaration's folder. */
  rendered: string;
  /** Clusters that the run is narrowed to; empty: all. Becomes a scope when the fleet is known. */
  only: readonly string[];
}

/** The work tree of a run, without all else that the run was told. */
export function checkoutOf(files: Files, names: Omit<Checkout, 'files'>): Checkout {
  const { file, shownFile, shownFolder, rendered, only } = names;
  return { files, file, shownFile, shownFolder, rendered, only };
}
