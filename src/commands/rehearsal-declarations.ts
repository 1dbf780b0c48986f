import { type Checkout, checkoutOf } from '../checkout/checkout.ts';
import { type Prepared, prepare } from '../checkout/prepare.ts';
import type { Fleet } from '../model/fleet.ts';
import type { RehearsalDocument } from '../model/rehearse.ts';
import { scopeOf } from '../model/scope.ts';
import type { Files } from '../ports/files.ts';
import { type Candidates, candidates } from '../rehearsal/choose-clusters.ts';
import { rehearsalFiles } from '../rehearsal/rehearsal-files.ts';
import { touchedClusters } from '../rehearsal/touched.ts';
import { hasErrors } from '../rules/conditions.ts';
import type { Options } from './context.ts';

/** Where the declarations of a rehearsal come from, beside the work tree. */
export interface RehearsalSource extends Options {
  /** The commit that the change begins from; absent: the declaration is brought up at once. */
  from?: { ref: string; commit: string; files: Files };
}

/** A declaration that can be brought up: as it is written, and what it means. */
export interface Declared {
  files: Files;
  text: string;
  prepared: Prepared & Required<Pick<Prepared, 'tree'>> & { declaration: { fleet: Fleet } };
}

/** A declaration without errors; its findings go into the document where they are to be said. */
export async function declared(
  files: Files,
  options: RehearsalSource,
  document?: RehearsalDocument,
): Promise<Declared | undefined> {
  const text = (await files.read(options.file)) ?? '';
  const checkout: Checkout = checkoutOf(files, { ...options, only: [] });
  // What is rendered in the work tree is not what the lab has.
  const source = text === '' ? files : rehearsalFiles(files, { file: options.file, text, rendered: options.rendered }, new Map());
  const prepared = await prepare({ ...checkout, files: source });
  const { declaration, tree, findings } = prepared;
  if (document !== undefined) {
    document.findings.push(...findings);
    document.fleet = declaration.fleet?.metadata.name ?? '';
  }
  const { fleet } = declaration;
  if (fleet === undefined || tree === undefined || hasErrors(findings)) return undefined;
  return { files, text, prepared: { ...prepared, tree, declaration: { ...declaration, fleet } } };
}

/** What was declared before; absent where nothing was, or where that cannot be brought up: then the change is brought up at once. */
export async function declaredBefore(
  options: RehearsalSource,
  change: Declared,
  document: RehearsalDocument,
): Promise<Declared | undefined> {
  const { from } = options;
  if (from === undefined) return undefined;
  document.from = { ref: from.ref, commit: from.commit };
  const instead = 'the declaration was brought up at once, and nothing is known of what the change interrupts';
  if ((await from.files.read(options.file)) === undefined) {
    document.remarks.push(`${options.shownFile} is not there at ${from.ref}: ${instead}`);
    return undefined;
  }
  const base = await declared(from.files, options);
  if (base === undefined) {
    document.remarks.push(`${options.shownFile} has errors at ${from.ref}: ${instead}`);
    return undefined;
  }
  const [was, is] = [base, change].map(({ prepared }) => prepared.declaration.fleet);
  if (was?.metadata.name === is?.metadata.name && was?.central.name === is?.central.name) return base;
  document.remarks.push(`${from.ref} declares another fleet or another central cluster: ${instead}`);
  return undefined;
}

/** Which clusters the rehearsal is about. */
export function wantedClusters(change: Declared, base: Declared | undefined, only: readonly string[]): Candidates {
  const { fleet } = change.prepared.declaration;
  // Refuses a name that the fleet does not have.
  scopeOf(fleet, only);
  if (base === undefined) return candidates({ fleet, only });
  const touched = touchedClusters(base.prepared.tree, change.prepared.tree);
  return candidates({ fleet, base: { fleet: base.prepared.declaration.fleet, touched }, only });
}
