import { CENTRAL_KUBECONFIG_SECRET, CONTRAIL_NAMESPACE, DATAPLANE, DEPLOY_NAMESPACE, PULL_SECRET } from '../cn2/names.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import type { Finding } from '../model/finding.ts';
import type { DistributedCluster, Fleet } from '../model/fleet.ts';
import { isFields } from '../model/json-object.ts';
import { groupOf, type Json, type KubernetesObject } from '../model/kubernetes.ts';
import type { StageId } from '../model/manifest.ts';
import { lastPatchOf } from '../model/patch-reach.ts';
import { present } from '../model/present.ts';
import type { KubemanagerPattern } from './central-file.ts';
import { withRegistry } from './images.ts';
import { kubemanagerObject } from './kubemanager.ts';
import type { Draft } from './manifest.ts';
import type { PatchedFolder } from './patches.ts';
import { isBase64, kubeconfigSecret, secretData, vendorSecret } from './secrets.ts';
import type { VendorDocument } from './vendor-document.ts';

/** What an attach takes from the vendor. */
export interface VendorInput extends Pick<PatchedFolder, 'folder' | 'patched'> {
  pattern: KubemanagerPattern;
  facts: ReleaseFacts;
}

/** Everything that attaches one distributed cluster, stages 10 to 50 in order. */
export function attachDrafts(
  fleet: Fleet,
  cluster: DistributedCluster,
  declaredAt: string,
  { folder, patched, pattern, facts }: VendorInput,
  adapt: Adapt,
): { drafts: Draft[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const registry = cluster.registry ?? fleet.release.registry;
  const draft = (where: string, stage: StageId, object: KubernetesObject): Draft => ({
    cluster: where,
    stage,
    for: cluster.name,
    declaredAt,
    object,
  });
  const vendor = (stage: StageId, documents: readonly VendorDocument[]): Draft[] =>
    documents.map((document) => {
      if (document.object.kind === 'Secret') findings.push(...secretFindings(document));
      return {
        ...draft(cluster.name, stage, adapted(document, cluster, registry, adapt)),
        ...present({ patched: patched.get(document) }),
      };
    });
  const isDeployNamespace = ({ object }: VendorDocument) =>
    object.kind === 'Namespace' && object.metadata.name === DEPLOY_NAMESPACE;

  const drafts = [
    // The namespace comes ahead of its file: the deployer's secret has to be there before the deployer.
    ...vendor('10-access', folder.deployer.filter(isDeployNamespace)),
    draft(cluster.name, '10-access', kubeconfigSecret(CENTRAL_KUBECONFIG_SECRET, DEPLOY_NAMESPACE, fleet.central.name)),
    draft(fleet.central.name, '10-access', kubeconfigSecret(cluster.kubeconfigSecret, CONTRAIL_NAMESPACE, cluster.name)),
    ...vendor('20-deployer', namespacesFirst(folder.deployer.filter((document) => !isDeployNamespace(document)))),
    ...vendor('30-certificates', folder.certificates),
    draft(fleet.central.name, '40-kubemanager', kubemanagerObject(fleet, cluster, pattern, facts)),
    ...vendor('50-vrouter', folder.vrouter),
  ];
  return { drafts, findings };
}

/** A vendor object as all clusters with one registry get it. */
export type Adapt = (document: VendorDocument, registry: string | undefined) => KubernetesObject;

/**
 * Secrets by reference, images from the registry. The same document and registry give the same object, not a copy: most objects of a
 * fleet are alike on all its clusters, and are made, written and judged once.
 */
export function sharedAdapt(): Adapt {
  const known = new Map<string | undefined, Map<VendorDocument, KubernetesObject>>();
  return (document, registry) => {
    const ofRegistry = known.get(registry) ?? new Map<VendorDocument, KubernetesObject>();
    known.set(registry, ofRegistry);
    const { object, file } = document;
    const made =
      ofRegistry.get(document) ?? (object.kind === 'Secret' ? vendorSecret(object, file) : withRegistry(object, registry));
    ofRegistry.set(document, made);
    return made;
  };
}

/** A vendor object as this cluster gets it: Vrouters under its name, unless a patch says another one (E12 warns). */
function adapted(
  document: VendorDocument,
  { name, patches = [] }: DistributedCluster,
  registry: string | undefined,
  adapt: Adapt,
): KubernetesObject {
  const copy = adapt(document, registry);
  if (copy.kind !== 'Vrouter' || groupOf(copy.apiVersion) !== DATAPLANE) return copy;
  const isSaid = (...path: string[]) => lastPatchOf(patches, document.object, path) >= 0;
  return withClusterName(copy, name, { own: isSaid('spec', 'clusterName'), cni: isSaid('spec', 'cni', 'clusterName') });
}

/**
 * Vrouter.spec.clusterName must equal the Kubemanager's (CRD text); the examples ship placeholders that even differ within a
 * file. cni.clusterName is by its CRD text the same name again, so it follows where a file sets it. `kept`: what stays as it is.
 */
function withClusterName(vrouter: KubernetesObject, clusterName: string, kept: { own: boolean; cni: boolean }): KubernetesObject {
  const spec = isFields(vrouter['spec']) ? vrouter['spec'] : {};
  const { cni } = spec;
  const named = !kept.cni && isFields(cni) && Object.hasOwn(cni, 'clusterName') ? { cni: { ...cni, clusterName } } : {};
  return { ...vrouter, spec: { ...spec, ...(kept.own ? {} : { clusterName }), ...named } as Json };
}

function namespacesFirst(documents: readonly VendorDocument[]): VendorDocument[] {
  const isNamespace = ({ object }: VendorDocument) => object.kind === 'Namespace';
  return [...documents.filter(isNamespace), ...documents.filter((document) => !isNamespace(document))];
}

/** A key that was blanked out would be applied as it is, and the secret would be useless. */
function secretFindings(document: VendorDocument): Finding[] {
  const { name, namespace } = document.object.metadata;
  if (name === PULL_SECRET) return [];
  return Object.entries(secretData(document.object))
    .filter(([, value]) => value === '' || !isBase64(value))
    .map(([key]) => ({
      rule: 'manifests',
      severity: 'error',
      ...document.at(['data', key]),
      message: `${key} of Secret ${namespace}/${name} is not a base64 value`,
      remedy: 'Restore the value from the file as downloaded.',
    }));
}
