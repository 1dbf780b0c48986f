import { aggregatesTo, subjectText } from '../cn2/grants-access.ts';
import { fieldsOf, itemsOf, plain } from '../cn2/json-nodes.ts';
import type { Finding } from '../model/finding.ts';
import { groupOf } from '../model/kubernetes.ts';
import { objectTitle, refOf } from '../model/object-ref.ts';
import type { VendorDocument } from './vendor-document.ts';
import { vendorProblem } from './vendor-roles.ts';

const RBAC = 'rbac.authorization.k8s.io';
const RESTORE = 'Restore the file as downloaded; give rights to others with objects of your own, outside this folder.';

/**
 * Rule manifests: the vendor's files give rights to their own service accounts and to nobody else. Own are those that the files make,
 * and the account `default` of a namespace that they make. A ClusterRole that adds its rules to one of the built-in roles gives them
 * to whoever holds that. `documents`: of the files that are applied.
 */
export function subjectFindings(documents: readonly VendorDocument[]): Finding[] {
  const own = ownAccounts(documents);
  return documents
    .filter(({ object }) => groupOf(object.apiVersion) === RBAC)
    .flatMap((document) => [...outsiders(document, own), ...addedRules(document)]);
}

function ownAccounts(documents: readonly VendorDocument[]): ReadonlySet<string> {
  return new Set(
    documents.flatMap(({ object: { kind, metadata } }) => {
      if (kind === 'ServiceAccount') return [`${metadata.namespace}/${metadata.name}`];
      return kind === 'Namespace' ? [`${metadata.name}/default`] : [];
    }),
  );
}

function outsiders(document: VendorDocument, own: ReadonlySet<string>): Finding[] {
  const { kind, subjects } = document.object as { kind: string; subjects?: unknown };
  if (!/Binding$/.test(kind) || subjects === undefined || subjects === null) return [];
  if (!Array.isArray(subjects))
    return [
      vendorProblem(document.at(['subjects']), `subjects of ${objectTitle(refOf(document.object))} is not a list`, RESTORE),
    ];
  return itemsOf(subjects).flatMap((subject, position) => {
    if (isOwn(subject, own)) return [];
    const { kind: role, name } = fieldsOf(document.object['roleRef']);
    const message = `${objectTitle(refOf(document.object))} gives ${plain(role ?? 'a role')} ${plain(name ?? '')} to ${subjectText(subject)}, which is not a service account of these files`;
    return [vendorProblem(document.at(['subjects', position]), message, RESTORE)];
  });
}

function isOwn(subject: unknown, own: ReadonlySet<string>): boolean {
  const { kind, name, namespace, apiGroup } = fieldsOf(subject);
  const core = apiGroup === undefined || apiGroup === null || apiGroup === '';
  return kind === 'ServiceAccount' && core && own.has(`${String(namespace)}/${String(name)}`);
}

function addedRules(document: VendorDocument): Finding[] {
  return aggregatesTo(document.object as unknown as Record<string, unknown>).map((role) =>
    vendorProblem(
      document.at(['metadata', 'labels']),
      `${objectTitle(refOf(document.object))} adds its rules to ClusterRole ${plain(role)}: whoever holds that gets them`,
      RESTORE,
    ),
  );
}
