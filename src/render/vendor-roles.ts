import type { ReleaseFacts } from '../cn2/releases.ts';
import { ROLE_TITLES, roleOf, type VendorRole } from '../cn2/vendor-files.ts';
import { plainPath } from '../declare/roots.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { parsedFile } from './parsed-file.ts';
import type { VendorDocument } from './vendor-document.ts';

/** A vendor file that was recognized. */
export interface VendorFile {
  file: string;
  text: string;
  /** At least one. */
  documents: VendorDocument[];
}

/**
 * Tells the files of a folder apart by what they hold, whatever they are called. A file of no known role, or a second one of the
 * same, is an error. Files that are not YAML by their name, and those without an object, are left out. `names`: of the files in the
 * folder, as manifestFiles gives them.
 */
export function recognizeFiles(
  vendorFiles: Record<string, string>,
  names: readonly string[],
  folder: string,
): { byRole: Map<VendorRole, VendorFile>; findings: Finding[] } {
  const byRole = new Map<VendorRole, VendorFile>();
  const findings: Finding[] = [];
  for (const file of names) {
    const text = vendorFiles[file]!;
    const { documents, findings: unreadable } = parsedFile(vendorFiles, file);
    findings.push(...unreadable);
    const [first] = documents;
    if (first === undefined) continue;
    const role = roleOf(documents.map(({ object }) => object));
    const before = role && byRole.get(role);
    if (role === undefined) {
      // Its role may be in the part that cannot be read.
      if (unreadable.length === 0) findings.push(unknownFile(first, folder));
    } else if (before !== undefined) {
      findings.push(
        vendorProblem(
          { file, line: 1, column: 1 },
          `${file} is a second ${ROLE_TITLES[role]}, after ${before.file}`,
          `Leave one of the two in ${folder}.`,
        ),
      );
    } else byRole.set(role, { file, text, documents });
  }
  return { byRole, findings };
}

/**
 * Names of the files in a folder that could hold manifests, sorted. A file belongs to the innermost folder that the declaration names:
 * the manifests of one cluster may lie below those of the release.
 */
export function manifestFiles(vendorFiles: Record<string, string>, folder: string, folders: readonly string[]): string[] {
  const inside = (file: string, place: string) => place === '' || plainPath(file).startsWith(`${place}/`);
  const names = Object.keys(vendorFiles)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort();
  // Of a single folder nothing else was read.
  if (folders.length < 2) return names;
  const here = plainPath(folder);
  const deeper = folders.map(plainPath).filter((other) => other !== here && inside(`${other}/`, here));
  return names.filter((name) => inside(name, here) && !deeper.some((other) => inside(name, other)));
}

/** What the release's folder lacks, at `declaredAt`, where the declaration names it. `there`: the roles for which it has files. `withCentral`: the central one is needed. */
export function presenceFindings(
  there: ReadonlySet<VendorRole>,
  release: Release,
  facts: ReleaseFacts,
  declaredAt: FilePosition,
  withCentral: boolean,
): Finding[] {
  const required: VendorRole[] = [
    ...(withCentral ? (['central'] as const) : []),
    'deployer',
    ...(facts.certificates ? (['certificates'] as const) : []),
    'vrouter',
  ];
  return required
    .filter((role) => !there.has(role))
    .map((role) =>
      vendorProblem(
        declaredAt,
        `folder ${release.manifests} lacks the ${ROLE_TITLES[role]}`,
        `Add it from Juniper's multi-cluster manifests of release ${facts.release}.`,
      ),
    );
}

/** A certificate file in a release that has none. */
export function certificateFindings(file: VendorFile | undefined, release: Release, facts: ReleaseFacts): Finding[] {
  if (file === undefined || facts.certificates) return [];
  return [
    vendorProblem(
      file.documents[0]!.at(['kind']),
      `release ${facts.release} has no ${ROLE_TITLES.certificates}`,
      `${file.file} belongs to another release: replace the folder with that of ${release.version}.`,
    ),
  ];
}

/** A finding of rule `manifests`. */
export function vendorProblem(position: FilePosition, message: string, remedy: string): Finding {
  return { rule: 'manifests', severity: 'error', ...position, message, remedy };
}

function unknownFile(first: VendorDocument, folder: string): Finding {
  return vendorProblem(
    { file: first.file, line: 1, column: 1 },
    `${first.file} is not one of the files that attach a cluster (its first object is ${objectTitle(refOf(first.object))})`,
    `Move it out of ${folder}: that folder is for the vendor's multi-cluster files alone.`,
  );
}
