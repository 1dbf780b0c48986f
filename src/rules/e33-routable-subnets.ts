import { formatCidr, overlaps, parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { clusterSubnets, networkSubnets } from './declared-subnets.ts';
import { finding, type Rule } from './rule.ts';

/** Blocks of which no address is ever an interface's own on a routed network: IANA's registries of special-purpose addresses. */
const SPECIAL = [
  ['0.0.0.0/8', 'this host and this network'],
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  // ::, ::1 and the embedded IPv4 addresses of old.
  ['::/96', 'unspecified, loopback and IPv4-compatible'],
  ['::ffff:0:0/96', 'IPv4 in the spelling of IPv6'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
].map(([block, use]) => ({ block: parseCidr(block!)!, use: use! }));

/** An IPv4 network in the spelling of IPv6 would also be compared with no IPv4 network, so that an overlap stayed unseen. */
export const routableSubnets: Rule = {
  id: 'E33',
  sentence: 'The addresses of a subnet can be those of pods, services and nodes: none is kept for another purpose.',
  remedy: 'Use a private network: a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, or of fd00::/8.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return [...clusterSubnets(fleet), ...networkSubnets(fleet)].flatMap(({ title, cidr, at }) => {
      const special = SPECIAL.find(({ block }) => overlaps(block, cidr));
      if (special === undefined) return [];
      const message = `${title} has addresses of ${formatCidr(special.block)}, which is for ${special.use}`;
      return [finding(this, placeOf(source, at), message)];
    });
  },
};
