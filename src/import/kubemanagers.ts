import { commonFields, hasType, kubemanagerFields } from '../cn2/kubemanager-fields.ts';
import { CENTRAL_KUBEMANAGER } from '../cn2/names.ts';
import { constantRouteTargetNumber, listenerPort } from '../cn2/numbers.ts';
import type { ReleaseFacts } from '../cn2/releases.ts';
import { canonicalCidr, parseCidr } from '../declare/cidr.ts';
import { type Fields, isFields, ownMember } from '../model/json-object.ts';
import type { KubernetesObject } from '../model/kubernetes.ts';
import { compact } from './draft.ts';
import { specOf } from './own.ts';
import { fieldsAt, textAt } from './view.ts';

/** Numbers as a declaration says them: the index where both follow from one, else what they are. */
export function numbersOf(kubemanager: KubernetesObject): Fields {
  const spec = specOf(kubemanager);
  const [port, target] = [spec['listenerPort'], spec['constantRouteTargetNumber']];
  const index = typeof port === 'number' ? port - listenerPort({ index: 0 }) : -1;
  const follows = Number.isSafeInteger(index) && index >= 0 && target === constantRouteTargetNumber({ index });
  return follows ? { index } : { listenerPort: port, constantRouteTargetNumber: target };
}

/** The subnets that a Kubemanager gives CN2, in canonical form. */
export function subnetsOf(kubemanager: KubernetesObject, use: 'pod' | 'service'): string[] {
  return (['V4', 'V6'] as const)
    .map((family) => textAt(kubemanager, 'spec', `${use}${family}Subnet`))
    .filter((cidr) => parseCidr(cidr) !== undefined)
    .map(canonicalCidr);
}

/** The nodes that a Kubemanager selects. */
export function nodeSelectorOf(kubemanager: KubernetesObject): Record<string, string> {
  return fieldsAt(kubemanager, 'spec', 'common', 'nodeSelector') as Record<string, string>;
}

/** Fields that keys of the declaration render. */
const KEYS: ReadonlySet<string> = new Set([
  ...['clusterName', 'kubeconfigSecretName', 'listenerPort', 'constantRouteTargetNumber'],
  ...['podV4Subnet', 'podV6Subnet', 'serviceV4Subnet', 'serviceV6Subnet', 'common'],
]);
const COMMON_KEYS: ReadonlySet<string> = new Set(['containers', 'nodeSelector']);

/** Fields of a Kubemanager that no key renders, as `kubemanager.spec` says them. */
export function furtherSpec(kubemanager: KubernetesObject, facts: ReleaseFacts): Fields {
  const spec = specOf(kubemanager);
  const known = kubemanagerFields(facts);
  const knownCommon = commonFields(facts);
  const fits = (table: typeof known, key: string, value: unknown) => {
    const type = ownMember(table, key) as (typeof known)[string] | undefined;
    return type !== undefined && hasType(value, type);
  };
  const further = Object.entries(spec).filter(([key, value]) => !KEYS.has(key) && fits(known, key, value));
  const common = isFields(spec['common']) ? spec['common'] : {};
  const furtherCommon = Object.entries(common).filter(([key, value]) => !COMMON_KEYS.has(key) && fits(knownCommon, key, value));
  const { enableNad, ...others } = Object.fromEntries(further);
  return compact({
    ...others,
    // It is rendered as true: null takes it out.
    enableNad: enableNad === true ? undefined : enableNad,
    ...(Object.hasOwn(spec, 'enableNad') ? {} : { enableNad: null }),
    common: Object.fromEntries(furtherCommon),
  });
}

/** Whether a Kubemanager is that of the central cluster itself. */
export function isCentralKubemanager({ metadata }: KubernetesObject): boolean {
  return metadata.name === CENTRAL_KUBEMANAGER;
}
