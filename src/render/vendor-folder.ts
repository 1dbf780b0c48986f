import { DEPLOY_NAMESPACE } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { type AttachRole, isKnownObject, ROLE_TITLES } from '../cn2/vendor-files.ts';
import { sha256 } from '../declare/digest.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Release } from '../model/fleet.ts';
import type { RenderIndex } from '../model/manifest.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import { present } from '../model/present.ts';
import { hasErrors } from '../rules/conditions.ts';
import { attachFiles } from './all-in-one.ts';
import { embeddedObjects, type KubemanagerPattern, kubemanagerPattern } from './central-file.ts';
import { imageNames } from './hotfix-images.ts';
import type { VendorDocument } from './vendor-document.ts';
import { imageFindings } from './vendor-images.ts';
import {
  certificateFindings,
  manifestFiles,
  presenceFindings,
  recognizeFiles,
  type VendorFile,
  vendorProblem,
} from './vendor-roles.ts';
import { subjectFindings } from './vendor-subjects.ts';
import { twiceFindings } from './vendor-twice.ts';
import { versionFindings } from './vendor-version.ts';

/** What attaching a cluster takes from the vendor's manifests. */
export interface VendorFolder {
  deployer: VendorDocument[];
  /** Empty before release 22.4. */
  certificates: VendorDocument[];
  vrouter: VendorDocument[];
  /** Where distributed clusters' Kubemanagers take image and node selector from; absent in a folder that is one cluster's own. */
  kubemanager?: KubemanagerPattern;
  /** Names of the images in all of its files. */
  images: ReadonlySet<string>;
  /** The files that were read, with the digest of their bytes. */
  sources: RenderIndex['sources'];
}

/**
 * Reads a folder of the release's manifests (release.manifests names it). Anything unknown, missing, ambiguous or of another release is an error with its place; then there
 * is not a folder.
 */
export function readVendorFolder(input: {
  release: Release;
  facts: ReleaseFacts;
  /** Where the declaration names the folder: to blame when something is missing there. */
  declaredAt: FilePosition;
  /** Where the declaration gives the version. */
  versionAt?: FilePosition;
  vendorFiles: Record<string, string>;
  /** All folders that the declaration names. */
  folders: readonly string[];
  /** The folder is that of the release: Kubemanagers come from its central file. Otherwise it needs none. */
  withCentral: boolean;
}): { folder?: VendorFolder; findings: Finding[] } {
  const { release, facts, declaredAt, vendorFiles, withCentral } = input;
  const names = manifestFiles(vendorFiles, release.manifests, input.folders);
  if (names.length === 0) return { findings: [absent(release, facts, declaredAt)] };

  const { byRole, findings } = recognizeFiles(vendorFiles, names, release.manifests);
  const attach = attachFiles(byRole);
  // If files cannot be told apart, it is not known what is missing.
  if (findings.length === 0)
    findings.push(
      ...presenceFindings(new Set([...byRole.keys(), ...attach.files.keys()]), release, facts, declaredAt, withCentral),
    );
  const central = byRole.get('central');
  const embedded = embeddedObjects(central?.documents ?? [], central?.text ?? '');
  // Nothing of the central cluster's files is applied, so neither what they have twice nor the rights that they grant matter here.
  const applied = [...attach.files.values()].flatMap((file) => file.documents);
  const centrals = [central, byRole.get('cert-manager')].flatMap((file) => file?.documents ?? []);
  const documents = [...centrals, ...embedded.objects, ...applied];
  findings.push(
    ...embedded.findings,
    ...attach.findings,
    ...unknownObjects(attach.files, byRole.get('all-in-one')),
    ...deployNamespaceFindings(attach.files.get('deployer')),
    ...certificateFindings(attach.files.get('certificates'), release, facts),
    ...versionFindings(documents, release, facts, input.versionAt),
    ...imageFindings(documents, release),
    ...twiceFindings(applied),
    ...subjectFindings(applied),
  );
  const pattern = withCentral && central !== undefined ? kubemanagerPattern(central.file, embedded.objects) : undefined;
  const kubemanager = pattern !== undefined && 'rule' in pattern ? undefined : pattern;
  if (pattern !== undefined && 'rule' in pattern && embedded.findings.length === 0) findings.push(pattern);
  if (hasErrors(findings) || (withCentral && kubemanager === undefined)) return { findings: inOrder(findings) };

  const documentsOf = (role: AttachRole) => attach.files.get(role)?.documents ?? [];
  const readFrom = [...(withCentral && central !== undefined ? [central] : []), ...attach.files.values()];
  const sources = new Map(readFrom.map(({ file, text }) => [file, text]));
  return {
    folder: {
      deployer: documentsOf('deployer'),
      certificates: documentsOf('certificates'),
      vrouter: documentsOf('vrouter'),
      ...present({ kubemanager }),
      images: imageNames(documents),
      sources: [...sources].map(([file, text]) => ({ file, digest: sha256(text) })).sort((a, b) => (a.file < b.file ? -1 : 1)),
    },
    findings: inOrder(findings),
  };
}

function absent(release: Release, facts: ReleaseFacts, declaredAt: FilePosition): Finding {
  return vendorProblem(
    declaredAt,
    `folder ${release.manifests} holds no manifests`,
    `Put Juniper's multi-cluster example manifests of release ${facts.release} there, as downloaded.`,
  );
}

function unknownObjects(files: ReadonlyMap<AttachRole, VendorFile>, allInOne: VendorFile | undefined): Finding[] {
  return [...files].flatMap(([role, { file, documents }]) =>
    documents
      .filter(({ object }) => !isKnownObject(role, object))
      .map((document) =>
        vendorProblem(
          document.at(['metadata', 'name']),
          `${objectTitle(refOf(document.object))} is not known in the ${ROLE_TITLES[file === allInOne?.file ? 'all-in-one' : role]}: it would be applied to every distributed cluster`,
          'Take it out of the file and apply it yourself if it is yours; restore the file as downloaded if it is not.',
        ),
      ),
  );
}

/** The stage before the deployer's needs the namespace for the central cluster's kubeconfig. */
function deployNamespaceFindings(deployer: VendorFile | undefined): Finding[] {
  const isThere = deployer?.documents.some(
    ({ object }) => object.kind === 'Namespace' && object.metadata.name === DEPLOY_NAMESPACE,
  );
  if (deployer === undefined || isThere) return [];
  return [
    vendorProblem(
      deployer.documents[0]!.at([]),
      `${deployer.file} lacks Namespace ${DEPLOY_NAMESPACE}, in which the deployer finds the central cluster's kubeconfig`,
      'Restore the file as downloaded.',
    ),
  ];
}

/** By file and place, as a reader goes through them. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const key = ({ file, line, column }: Finding) => `${file} ${String(line).padStart(9, '0')} ${String(column).padStart(9, '0')}`;
  return [...findings].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
