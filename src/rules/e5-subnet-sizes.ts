import { placeOf } from '../declare/place.ts';
import { clusterSubnets } from './declared-subnets.ts';
import { finding, type Rule } from './rule.ts';

/** The kube-apiserver refuses a service range of more than 20 bits. */
const WIDEST_SERVICE = { v4: 12, v6: 108 };

/** Limits of Kubernetes; sizes that the guide uses (IPv4 /17, pod IPv6 /112, service IPv6 /116) lie well inside. */
export const subnetSizes: Rule = {
  id: 'E5',
  sentence: 'A service subnet is no wider than Kubernetes allows: IPv4 /12, IPv6 /108.',
  remedy:
    'Use the service subnet that the cluster was created with; kube-apiserver does not start with one wider than /12 or /108.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return clusterSubnets(fleet)
      .filter(({ use, cidr }) => use === 'service' && cidr.prefix < WIDEST_SERVICE[cidr.family])
      .map(({ title, cidr, at }) =>
        finding(
          this,
          placeOf(source, at),
          `${title} is wider than /${WIDEST_SERVICE[cidr.family]}, which Kubernetes does not allow`,
        ),
      );
  },
};
