import { DEPLOY_NAMESPACE } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { isKnownObject, ROLE_TITLES, roleOf, type VendorRole } from '../cn2/vendor-files.ts';
import { sha256 } from '../declare/digest.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import { embeddedObjects, type KubemanagerPattern, kubemanagerPattern } from './central-file.ts';
import { parseVendorFile, type VendorDocument } from './vendor-document.ts';
import { versionFindings } from './vendor-version.ts';

/** What attaching a cluster takes from the vendor's manifests. */
export interface VendorFolder {
  deployer: VendorDocument[];
  /** Empty before release 22.4. */
  certificates: VendorDocument[];
  vrouter: VendorDocument[];
  /** The central cluster's own Kubemanager: where a distributed one takes its image and node selector from. */
  kubemanager: KubemanagerPattern;
  /** The files that were read, with the digest of their bytes. */
  sources: { file: string; digest: string }[];
}

/**
 * Reads the release's folder. Files are recognised by what they hold. Anything unknown, missing, ambiguous or of another release
 * is an error with its place; then there is no folder.
 */
export function readVendorFolder(input: {
  release: Release;
  facts: ReleaseFacts;
  /** Where the declaration names the folder: to blame when there is none. */
  declaredAt: FilePosition;
  vendorFiles: Record<string, string>;
}): { folder?: VendorFolder; findings: Finding[] } {
  const { release, facts, declaredAt, vendorFiles } = input;
  const findings: Finding[] = [];
  const byRole = new Map<VendorRole, { file: string; documents: VendorDocument[] }>();
  const names = Object.keys(vendorFiles)
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort();
  if (names.length === 0) {
    findings.push(
      problem(
        declaredAt,
        `folder ${release.manifests} holds no manifests`,
        `Put Juniper's multi-cluster example manifests of release ${facts.release} there, as downloaded.`,
      ),
    );
    return { findings };
  }
  for (const file of names) {
    const parsed = parseVendorFile(file, vendorFiles[file]!);
    findings.push(...parsed.findings);
    const [first] = parsed.documents;
    if (first === undefined) continue;
    const role = roleOf(parsed.documents.map((document) => document.object));
    const before = role && byRole.get(role);
    if (role === undefined) {
      if (parsed.findings.length > 0) continue; // what would tell its role may be the part that cannot be read
      findings.push(
        problem(
          { file, line: 1, column: 1 },
          `${file} is none of the files that attach a cluster (its first object is ${title(first)})`,
          `Move it out of ${release.manifests}: that folder is for the vendor's multi-cluster files alone.`,
        ),
      );
    } else if (before !== undefined) {
      findings.push(
        problem(
          { file, line: 1, column: 1 },
          `${file} is a second ${ROLE_TITLES[role]}, after ${before.file}`,
          `Leave one of the two in ${release.manifests}.`,
        ),
      );
    } else byRole.set(role, { file, documents: parsed.documents });
  }
  const broken = findings.length > 0;
  for (const role of ['central', 'deployer', 'certificates', 'vrouter'] as const) {
    const wanted = role !== 'certificates' || facts.certificates;
    const found = byRole.get(role);
    if (wanted && found === undefined && !broken) {
      findings.push(
        problem(
          declaredAt,
          `folder ${release.manifests} lacks the ${ROLE_TITLES[role]}`,
          `Add it from Juniper's multi-cluster manifests of release ${facts.release}.`,
        ),
      );
    }
    if (!wanted && found !== undefined) {
      findings.push(
        problem(
          found.documents[0]!.at(['kind']),
          `release ${facts.release} has no ${ROLE_TITLES[role]}`,
          `${found.file} is of another release: replace the folder by that of ${release.version}.`,
        ),
      );
    }
  }

  const documents: VendorDocument[] = [];
  for (const [role, { documents: held }] of byRole) {
    documents.push(...held);
    for (const document of held) if (!isKnownObject(role, document.object)) findings.push(refused(role, document));
  }
  const central = byRole.get('central');
  const embedded = embeddedObjects(central?.documents ?? [], vendorFiles[central?.file ?? ''] ?? '');
  findings.push(...embedded.findings, ...versionFindings([...documents, ...embedded.objects], release, facts));
  const kubemanager = central && kubemanagerPattern(central.file, embedded.objects);
  if (kubemanager !== undefined && 'rule' in kubemanager && embedded.findings.length === 0) findings.push(kubemanager);
  const deployer = byRole.get('deployer');
  if (
    deployer &&
    !deployer.documents.some(({ object }) => object.kind === 'Namespace' && object.metadata.name === DEPLOY_NAMESPACE)
  ) {
    findings.push(
      problem(
        deployer.documents[0]!.at([]),
        `${deployer.file} lacks Namespace ${DEPLOY_NAMESPACE}, in which the deployer finds the central cluster's kubeconfig`,
        'Restore the file as downloaded.',
      ),
    );
  }
  if (findings.length > 0 || kubemanager === undefined || 'rule' in kubemanager) return { findings: inOrder(findings) };
  return {
    folder: {
      deployer: deployer?.documents ?? [],
      certificates: byRole.get('certificates')?.documents ?? [],
      vrouter: byRole.get('vrouter')?.documents ?? [],
      kubemanager,
      sources: [...byRole.values()]
        .map(({ file }) => file)
        .sort()
        .map((file) => ({ file, digest: sha256(vendorFiles[file]!) })),
    },
    findings,
  };
}

/** By file and place, as a reader goes through them. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const key = ({ file, line, column }: Finding) => `${file} ${String(line).padStart(9, '0')} ${String(column).padStart(9, '0')}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function refused(role: VendorRole, document: VendorDocument): Finding {
  return problem(
    document.at(['metadata', 'name']),
    `${title(document)} is not known in the ${ROLE_TITLES[role]}: it would be applied to every distributed cluster`,
    'Take it out of the file and apply it yourself if it is yours; restore the file as downloaded if it is not.',
  );
}

function title({ object }: VendorDocument): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function problem(position: FilePosition, message: string, remedy: string): Finding {
  return { rule: 'manifests', severity: 'error', ...position, message, remedy };
}
