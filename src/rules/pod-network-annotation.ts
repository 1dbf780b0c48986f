import { centralNamespace, centralNetwork } from '../cn2/central-view.ts';
import { clusterPrefix, POD_NETWORK_ANNOTATION } from '../cn2/names.ts';
import { releaseOf } from '../cn2/releases.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet, FleetNetwork } from '../model/fleet.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

/** The first release that reads the annotation of namespaces (documented). */
const FIRST_RELEASE = '23.1';

/** Findings of `rule` on the pod networks that declared namespaces name. */
export function podNetworkFindings(rule: Rule, { fleet, source }: DeclarationInput): Finding[] {
  const networks = new Map(
    fleet.networks.map((network) => [`${centralNamespace(fleet, network.cluster, network.namespace)}/${network.name}`, network]),
  );
  return fleet.namespaces.flatMap(({ cluster, name, annotations }, index) => {
    const value = annotations?.[POD_NETWORK_ANNOTATION];
    if (value === undefined) return [];
    const place = placeOf(source, pointer('namespaces', index, 'annotations', POD_NETWORK_ANNOTATION));
    const title = `pod network ${value} of namespace ${name}`;
    const central = centralNetwork(fleet, cluster, value);
    if (central === undefined)
      return [finding(rule, place, `${title} is not <namespace>/<network>`, { remedy: 'Write <namespace>/<network>.' })];
    const stranger = foreignOwner(fleet, cluster, value);
    if (stranger !== undefined)
      return [
        finding(rule, place, `${title} is a network of ${stranger}, not of ${cluster}`, {
          remedy: `Name a network of ${cluster}.`,
        }),
      ];
    return doubts(fleet, networks.get(central), title).map(({ message, remedy }) =>
      finding(rule, place, message, { remedy, severity: 'warning' }),
    );
  });
}

/** The other cluster whose prefix the namespace of a network has; on the central cluster every namespace is its own. */
function foreignOwner(fleet: Fleet, cluster: string, value: string): string | undefined {
  if (cluster === fleet.central.name) return undefined;
  return fleet.distributed.find(
    (other) => other.name !== cluster && value.startsWith(`${clusterPrefix(other.kubemanager, other.name)}-`),
  )?.name;
}

function doubts(fleet: Fleet, network: FleetNetwork | undefined, title: string): { message: string; remedy: string }[] {
  const release = releaseOf(fleet.release.version);
  const found: { message: string; remedy: string }[] = [];
  if (network === undefined)
    found.push({
      message: `${title} is not declared: pods of the namespace start only where it exists`,
      remedy: 'Declare it, or see to it that it exists.',
    });
  else if (network.podNetwork !== true)
    found.push({ message: `${title} lacks podNetwork: true`, remedy: 'Add podNetwork: true to the network.' });
  if (release !== undefined && release < FIRST_RELEASE)
    found.push({
      message: `${title} has no effect: CN2 reads the annotation of namespaces from ${FIRST_RELEASE} on`,
      remedy: 'Use a later release, or remove the annotation.',
    });
  return found;
}
