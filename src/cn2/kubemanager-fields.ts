import { ownMember } from '../model/json-object.ts';
import type { ReleaseFacts } from './releases.ts';

/** JSON type of a field of a CN2 kind. */
export type FieldType = 'text' | 'a whole number' | 'true or false' | 'a mapping' | 'a list';

const TEXT = 'text';
const NUMBER = 'a whole number';
const FLAG = 'true or false';
const MAPPING = 'a mapping';
const LIST = 'a list';

/** Kubemanager.spec in Juniper's CRDs of 22.2 and 23.4. An API server drops any other field without a word. */
const SPEC: Readonly<Record<string, FieldType>> = {
  autonomousSystem: NUMBER,
  clusterName: TEXT,
  common: MAPPING,
  constantRouteTargetNumber: NUMBER,
  enableFourByteAs: FLAG,
  enableNad: FLAG,
  externalNetworkSelectors: MAPPING,
  externalNetworkV4Subnet: TEXT,
  externalNetworkV6Subnet: TEXT,
  ipFabricFowardingExtSvc: FLAG,
  kubeconfigSecretName: TEXT,
  listenerPort: NUMBER,
  managerMetricsBindAddress: TEXT,
  namespace: TEXT,
  podV4Subnet: TEXT,
  podV6Subnet: TEXT,
  serviceV4Subnet: TEXT,
  serviceV6Subnet: TEXT,
};
/** Only API version v1 has it; in v1alpha1 it is dropped. */
const SPEC_V1: Readonly<Record<string, FieldType>> = { isolateNamespaces: MAPPING };

/** The part `common` of every operator kind. */
const COMMON: Readonly<Record<string, FieldType>> = {
  affinity: MAPPING,
  containers: LIST,
  defaultContainerRegistry: TEXT,
  imagePullPolicy: TEXT,
  imagePullSecrets: LIST,
  initContainers: LIST,
  nodeSelector: MAPPING,
  replicas: NUMBER,
  serviceAccountName: TEXT,
  tolerations: LIST,
};
/** In 23.4 and not in 22.2; the CRDs between them are not public, so there they pass. */
const COMMON_LATER: Readonly<Record<string, FieldType>> = { podAnnotations: MAPPING, priorityClassName: TEXT, volumes: LIST };
const WITHOUT_LATER: readonly string[] = ['22.1', '22.2'];

/** The fields that a Kubemanager's spec has in a release, with their types. */
export function kubemanagerFields({ versions }: ReleaseFacts): Readonly<Record<string, FieldType>> {
  return versions.configplane === 'v1' ? { ...SPEC, ...SPEC_V1 } : SPEC;
}

/** The type of a field of `common` in any release; undefined for one that none has. */
export function commonFieldType(field: string): FieldType | undefined {
  return ownMember({ ...COMMON, ...COMMON_LATER }, field) as FieldType | undefined;
}

/** The fields of `common` in a release, with their types. */
export function commonFields({ release }: ReleaseFacts): Readonly<Record<string, FieldType>> {
  return WITHOUT_LATER.includes(release) ? COMMON : { ...COMMON, ...COMMON_LATER };
}

/** Whether a value has a type. */
export function hasType(value: unknown, type: FieldType): boolean {
  if (type === TEXT) return typeof value === 'string';
  if (type === NUMBER) return Number.isSafeInteger(value);
  if (type === FLAG) return typeof value === 'boolean';
  return typeof value === 'object' && value !== null && Array.isArray(value) === (type === LIST);
}
