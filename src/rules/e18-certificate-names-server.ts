import { parseAddress } from '../declare/cidr.ts';
import { clusterPlace, declaredCluster } from './live-cluster.ts';
import { finding, type Rule } from './rule.ts';
import { parseServer, type ServerAddress } from './server-address.ts';

/** Checked if a certificate was seen at the declared address; an address that does not answer is reported by the observer. */
export const certificateNamesServer: Rule = {
  id: 'E18',
  sentence: "The API server's certificate names the declared server address.",
  remedy:
    'Add the address to the certificate (kubeadm: apiServer.certSANs; kubespray: supplementary_addresses_in_ssl_keys), or declare one that it names.',
  source: 'derived',
  judgeLive({ fleet, source, live }) {
    return live.clusters.flatMap(({ name, facts }) => {
      const declared = declaredCluster(fleet, name)?.cluster.server;
      const server = declared === undefined ? undefined : parseServer(declared);
      if (!server || !facts?.certificate || isNamed(server, facts.certificate.names)) return [];
      const message = `the certificate at ${declared} of ${name} is for ${facts.certificate.names.join(', ') || 'no name'}, not for ${server.host}`;
      return [finding(this, clusterPlace(fleet, source, name, 'server'), message, { cluster: name })];
    });
  },
};

function isNamed(server: ServerAddress, names: readonly string[]): boolean {
  return names
    .map((name) => name.replace(/^(?:DNS|IP Address|IP):/, ''))
    .some((name) => {
      if (!server.address) return nameMatches(server.host, name.toLowerCase());
      const address = parseAddress(name);
      return address?.family === server.address.family && address.value === server.address.value;
    });
}

/** A wildcard stands for exactly one label (RFC 6125). */
function nameMatches(host: string, name: string): boolean {
  if (!name.startsWith('*.')) return host === name;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === name.slice(1);
}
