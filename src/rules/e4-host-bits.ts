import { formatCidr, hasHostBits, networkOf } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import type { Finding } from '../model/finding.ts';
import { clusterSubnets, type DeclaredSubnet, networkSubnets } from './declared-subnets.ts';
import { finding, type Rule } from './rule.ts';

/**
 * CN2 prints the subnets of clusters in canonical form, whatever the Kubemanager says: a gate would wait forever for one with host bits.
 * Those of networks are applied as they are written, and published ones have such bits.
 */
export const noHostBits: Rule = {
  id: 'E4',
  sentence: 'A CIDR has no bits set beyond its prefix (a warning for the subnets of networks).',
  remedy: 'Write the network address.',
  source: 'observed',
  judgeDeclaration({ fleet, source }) {
    const judge = (subnets: readonly DeclaredSubnet[], severity: Finding['severity']) =>
      subnets
        .filter(({ cidr }) => hasHostBits(cidr))
        .map(({ title, cidr, at }) =>
          finding(this, placeOf(source, at), `${title} has host bits set`, {
            severity,
            remedy: `Write ${formatCidr(networkOf(cidr))}.`,
          }),
        );
    return [...judge(clusterSubnets(fleet), 'error'), ...judge(networkSubnets(fleet), 'warning')];
  },
};
