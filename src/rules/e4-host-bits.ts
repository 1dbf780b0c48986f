import { formatCidr, hasHostBits, networkOf } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { clusterSubnets, networkSubnets } from './declared-subnets.ts';
import { finding, type Rule } from './rule.ts';

/** CN2 prints subnets in canonical form, whatever the Kubemanager says: a gate would wait forever for one with host bits. */
export const noHostBits: Rule = {
  id: 'E4',
  sentence: 'A CIDR has no bits set beyond its prefix.',
  remedy: 'Write the network address.',
  source: 'observed',
  judgeDeclaration({ fleet, source }) {
    return [...clusterSubnets(fleet), ...networkSubnets(fleet)]
      .filter(({ cidr }) => hasHostBits(cidr))
      .map(({ title, cidr, at }) =>
        finding(this, placeOf(source, at), `${title} has host bits set`, { remedy: `Write ${formatCidr(networkOf(cidr))}.` }),
      );
  },
};
