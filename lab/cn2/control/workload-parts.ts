import type { KubernetesObject } from '../../../src/model/kubernetes.ts';

/** On every workload that the emulated deployer makes: the kind of the CN2 object that it belongs to. */
export const WORKLOAD_LABEL = 'emulated.cn2/owner-kind';

export interface Container {
  name: string;
  image: string;
  env?: object[];
  resources?: object;
  volumeMounts?: object[];
}

/** The part of a CN2 operator object that describes its pods. */
export interface Common {
  containers?: Container[];
  initContainers?: Container[];
  nodeSelector?: Record<string, string>;
  affinity?: object;
  serviceAccountName?: string;
  volumes?: object[];
}

/** The part `spec.common`; empty where there is none. */
export function commonOf(owner: KubernetesObject): Common {
  return (owner.spec as { common?: Common } | undefined)?.common ?? {};
}

/** What a container does: a role of the emulator, or nothing but staying up (stand-in), or ending well (done). */
export type Role = 'kubemanager' | 'controller' | 'vrouter-agent' | 'apiserver' | 'apiserver-files' | 'stand-in' | 'done';

/** A dozen containers only have to be there: a process that sleeps starts faster and takes less than an idle interpreter. */
const COMMANDS: Partial<Record<Role, string[]>> = { 'stand-in': ['sleep', '2147483647'], done: ['true'] };

/** A container of the one image that is under every name, so that its command decides what it does. */
export function emulatorContainer(container: Container, role: Role): Container & { command: string[]; imagePullPolicy: string } {
  return {
    name: container.name,
    image: container.image,
    imagePullPolicy: 'IfNotPresent',
    command: COMMANDS[role] ?? ['node', '/app/emulator.mjs', role],
    ...(container.env ? { env: container.env } : {}),
    ...(container.resources ? { resources: container.resources } : {}),
    ...(container.volumeMounts ? { volumeMounts: container.volumeMounts } : {}),
  };
}

/** Removing the CN2 object removes its workload. */
export function ownedBy(owner: KubernetesObject) {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
  };
}
