import type { Grant } from '../model/grant.ts';
import { isFields } from '../model/json-object.ts';
import { containerOf } from './image-mentions.ts';
import { fieldsOf, itemsOf, type JsonNode, plain, textsOf } from './json-nodes.ts';

/**
 * What one field of a pod template takes of its node, of the kernel or of the API. The field decides, not the place: CN2's own kinds
 * carry pod templates under names of theirs (`spec.common`), and another operator's may, too.
 */
export function podGrants(node: JsonNode): Grant[] {
  const { key, value } = node;
  if (typeof key !== 'string') return [];
  if (isFields(value) || Array.isArray(value)) return structured(key, value, node);
  return scalar(key, value, node);
}

function scalar(key: string, value: unknown, node: JsonNode): Grant[] {
  const yes = value === true || value === 'true';
  const grant = (what: Grant['what'], detail: string): Grant[] => [{ what, detail }];
  switch (key) {
    case 'privileged':
      return yes ? grant('privileged', whereOf(node)) : [];
    case 'hostProcess':
      return yes ? grant('privileged', `${whereOf(node)}, as a process of a Windows host`) : [];
    case 'hostNetwork':
      return yes ? grant('hostNetwork', 'the network of the node') : [];
    case 'hostPID':
      return yes ? grant('hostPID', 'the processes of the node') : [];
    case 'hostIPC':
      return yes ? grant('hostIPC', 'the shared memory of the node') : [];
    case 'hostPort':
      return typeof value === 'number' && value > 0 ? grant('hostPort', `port ${value} of the node (${whereOf(node)})`) : [];
    case 'shareProcessNamespace':
      return yes ? grant('unconfined', 'the processes of all containers of the pod (every container)') : [];
    case 'allowPrivilegeEscalation':
      return yes ? grant('privilegeEscalation', whereOf(node)) : [];
    case 'runAsUser':
      return value === 0 || value === '0' ? grant('root', whereOf(node)) : [];
    case 'procMount':
      return value === 'Unmasked' ? grant('unconfined', `all of /proc (${whereOf(node)})`) : [];
    case 'serviceAccountName':
    case 'serviceAccount':
      return typeof value === 'string' && value !== '' ? grant('serviceAccount', `runs as ${plain(value)}`) : [];
    default:
      return [];
  }
}

function structured(key: string, value: unknown, node: JsonNode): Grant[] {
  const fields = fieldsOf(value);
  switch (key) {
    case 'hostPath': {
      const { path } = fields;
      const volume = fieldsOf(node.parent?.value)['name'];
      return path === undefined
        ? []
        : [{ what: 'hostPath', detail: `${plain(path)}${typeof volume === 'string' ? ` (volume ${plain(volume)})` : ''}` }];
    }
    case 'capabilities':
      return textsOf(fields['add']).map((name) => ({ what: 'capability', detail: `${plain(name)} (${whereOf(node)})` }));
    case 'seccompProfile':
    case 'appArmorProfile':
      return fields['type'] === 'Unconfined' ? [{ what: 'unconfined', detail: `${key} (${whereOf(node)})` }] : [];
    // A PersistentVolume's (Kubernetes, LocalVolumeSource).
    case 'local':
      return typeof fields['path'] === 'string' ? [{ what: 'hostPath', detail: `${plain(fields['path'])} (local volume)` }] : [];
    case 'sysctls':
      return itemsOf(value).map((sysctl) => {
        const { name, value: set } = fieldsOf(sysctl);
        return {
          what: 'unconfined',
          detail: `sysctl ${plain(name ?? 'without a name')} = ${plain(set ?? '')} (every container)`,
        };
      });
    case 'secret':
    case 'secretRef':
    case 'secretKeyRef':
      return secretRead(key, fields, node);
    case 'serviceAccountToken': {
      const audience = fields['audience'];
      return [
        { what: 'token', detail: `of the pod's account for ${audience === undefined ? 'the API server' : plain(audience)}` },
      ];
    }
    default:
      return [];
  }
}

/** Volumes, projected volumes and variables are filled with what is in a Secret; other fields of these names are other operators'. */
function secretRead(key: 'secret' | 'secretRef' | 'secretKeyRef', fields: Record<string, unknown>, node: JsonNode): Grant[] {
  const { secretName, name, key: entry } = fields;
  const list = node.parent?.parent;
  const read = (secret: unknown, where: string): Grant[] =>
    typeof secret === 'string' && secret !== '' ? [{ what: 'secret', detail: `${plain(secret)} (${where})` }] : [];
  const volume = (of: JsonNode | undefined) => `volume ${plain(fieldsOf(of?.value)['name'] ?? 'without a name')}`;
  switch (key) {
    case 'secret':
      if (secretName !== undefined) return read(secretName, volume(node.parent));
      // secret of sources[i] of projected of the volume
      return list?.key === 'sources' ? read(name, volume(list.parent?.parent)) : [];
    case 'secretRef':
      return list?.key === 'envFrom' ? read(name, whereOf(node)) : [];
    case 'secretKeyRef':
      return read(name, `${typeof entry === 'string' ? `its ${plain(entry)}, ` : ''}${whereOf(node)}`);
  }
}

/** Kubernetes before 1.30 takes the AppArmor profile of a container from an annotation of its pod. */
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** What the annotations of a pod, or of a template of pods, take off its containers. */
export function annotationGrants(object: Readonly<Record<string, unknown>>): Grant[] {
  return Object.entries(fieldsOf(object, 'metadata', 'annotations')).flatMap(([key, value]): Grant[] =>
    key.startsWith(APPARMOR) && value === 'unconfined'
      ? [{ what: 'unconfined', detail: `appArmorProfile (container ${plain(key.slice(APPARMOR.length))})` }]
      : [],
  );
}

/** The container that a field belongs to; the pod's own fields hold for all of them. */
export function whereOf(node: JsonNode): string {
  const container = containerOf(node);
  if (container === undefined) return 'every container';
  const kind = container.list === 'initContainers' ? 'init container' : 'container';
  return `${kind} ${plain(container.name ?? 'without a name')}`;
}
