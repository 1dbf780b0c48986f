import { FIELD_MANAGER } from '../cn2/names.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/kubernetes.ts';

/**
 * "; last written by kubectl-edit at 2026-11-24T08:00:00Z", for the sentence about an object that has moved; '' where nobody but this
 * tool and writers of its status is recorded. The time is that of the manager's whole record.
 */
export function lastWriterText(object: KubernetesObject): string {
  const writer = lastWriter(object);
  return writer === undefined
    ? ''
    : `; last written by ${writer.manager}${writer.time === undefined ? '' : ` at ${writer.time}`}`;
}

/** Whether a record is of a controller that says how the object is, not how it should be. */
export function isStatusOnly({ subresource, fieldsV1 }: ManagedFieldsEntry): boolean {
  if (subresource === 'status') return true;
  const owned = Object.keys(fieldsV1 ?? {}).filter((key) => key !== '.');
  return owned.length > 0 && owned.every((key) => key === 'f:status');
}

/** The newest record of somebody else; of several at one time the last, as the API server sorts them. */
function lastWriter(object: KubernetesObject): ManagedFieldsEntry | undefined {
  const others = (object.metadata.managedFields ?? []).filter((entry) => entry.manager !== FIELD_MANAGER && !isStatusOnly(entry));
  const [first, ...rest] = others;
  return rest.reduce((newest, entry) => ((entry.time ?? '') >= (newest?.time ?? '') ? entry : newest), first);
}
