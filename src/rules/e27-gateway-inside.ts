import { contains, parseAddress, parseCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import { finding, type Rule } from './rule.ts';

/** The server does not check it: the CRDs have no validation beyond types. */
export const gatewayInside: Rule = {
  id: 'E27',
  sentence: 'The gateway of a network lies inside its subnet.',
  remedy: 'Write an address of the subnet, or leave the gateway to CN2.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    return fleet.networks.flatMap((network, index) =>
      (['v4', 'v6'] as const).flatMap((family) => {
        const { cidr: text = '', gateway = '' } = network[family] ?? {};
        const [cidr, address] = [parseCidr(text), parseAddress(gateway)];
        // A gateway of the other family has its own schema finding.
        if (!cidr || !address || address.family !== cidr.family || contains(cidr, address)) return [];
        const place = placeOf(source, pointer('networks', index, family, 'gateway'));
        return [finding(this, place, `gateway ${gateway} of network ${network.name} lies outside ${text}`)];
      }),
    );
  },
};
