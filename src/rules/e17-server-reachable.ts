import { contains, parseCidr, unmapped } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { clustersOf } from './clusters.ts';
import { clusterSubnets, type DeclaredSubnet } from './declared-subnets.ts';
import { finding, type Rule } from './rule.ts';
import { parseServer, type ServerAddress } from './server-address.ts';

const LOOPBACKS = ['127.0.0.0/8', '::1/128'].map((text) => parseCidr(text)!);
const UNSPECIFIED = ['0.0.0.0/32', '::/128'].map((text) => parseCidr(text)!);

/** Addresses that the other side's control-plane nodes could never reach. Whether an address answers is checked live. */
export const serverReachable: Rule = {
  id: 'E17',
  sentence:
    'The server address of a cluster can be reached from the other side: https; not a loopback address, localhost, 0.0.0.0, an address of a service subnet or a name of cluster DNS.',
  remedy:
    'Write https://host:port with an address of the control plane, or of its load balancer, that the other clusters route to.',
  source: 'documented',
  judgeDeclaration({ fleet, source }) {
    const services = clusterSubnets(fleet).filter(({ use }) => use === 'service');
    return clustersOf(fleet).flatMap(({ cluster, at }) => {
      if (cluster.server === '') return [];
      const server = parseServer(cluster.server);
      const fault = server ? faultOf(server, services) : 'is not https://host:port';
      return fault
        ? [finding(this, placeOf(source, `${at}/server`), `server ${shown(cluster.server)} of ${cluster.name} ${fault}`)]
        : [];
    });
  },
};

function faultOf(server: ServerAddress, services: readonly DeclaredSubnet[]): string | undefined {
  const { scheme, host } = server;
  if (scheme !== 'https') return 'is not https';
  if (host === 'localhost' || host.endsWith('.localhost')) return 'is the connecting host itself';
  if (/(?:^|\.)svc(?:\.|$)/.test(host) || host === 'kubernetes' || host === 'kubernetes.default')
    return 'is a name of cluster DNS';
  if (!server.address) return undefined;
  const address = unmapped(server.address);
  if (LOOPBACKS.some((cidr) => contains(cidr, address))) return 'is a loopback address';
  if (UNSPECIFIED.some((cidr) => contains(cidr, address))) return 'is not an address that can be reached';
  const service = services.find(({ cidr }) => contains(cidr, address));
  return service ? `lies in ${service.title}` : undefined;
}

/** Userinfo in a URL is a credential and stays out of messages. */
function shown(server: string): string {
  return server.replace(/\/\/[^/@]*@/, '//…@');
}
