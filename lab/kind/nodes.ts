import type { LabCluster } from './clusters.ts';
import { attempt } from './commands.ts';
import { engine, type NodeProvider, onNode } from './provider.ts';

/** A node's container. */
export interface Node {
  name: string;
  role: 'control-plane' | 'worker';
  running: boolean;
  addresses: { v4?: string; v6?: string };
}

interface Inspected {
  Name: string;
  State: { Running: boolean };
  Config: { Labels: Record<string, string> };
  NetworkSettings: { Networks: Record<string, { IPAddress?: string; GlobalIPv6Address?: string }> };
}

/** The nodes of a kind cluster with their present addresses (which a restart may change), control plane first. */
export async function nodesOf(provider: NodeProvider, kindName: string, network: string): Promise<Node[]> {
  const ids = await containers(provider, kindName);
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await engine(provider, ['container', 'inspect', ...ids])) as Inspected[];
  return inspected
    .map(({ Name, State, Config, NetworkSettings }): Node => {
      const { IPAddress, GlobalIPv6Address } = NetworkSettings.Networks[network] ?? {};
      return {
        name: Name.replace(/^\//, ''),
        role: Config.Labels['io.x-k8s.kind.role'] === 'worker' ? 'worker' : 'control-plane',
        running: State.Running,
        addresses: { ...(IPAddress ? { v4: IPAddress } : {}), ...(GlobalIPv6Address ? { v6: GlobalIPv6Address } : {}) },
      };
    })
    .sort((a, b) => (a.role === b.role ? a.name.localeCompare(b.name) : a.role === 'control-plane' ? -1 : 1));
}

/**
 * Removes the nodes of kind clusters with their volumes; those of a `kind create` that was killed halfway too. Killing
 * first saves ten seconds: systemd takes its time to stop pods that are thrown away.
 */
export async function removeNodes(provider: NodeProvider, kindNames: readonly string[]): Promise<void> {
  const found = await Promise.all(kindNames.map((name) => containers(provider, name)));
  const ids = found.flat();
  if (ids.length > 0) {
    await attempt(provider.name, ['kill', ...ids], { env: provider.env });
    await engine(provider, ['rm', '--force', '--volumes', ...ids]);
  }
  if (provider.name === 'podman') await removeVolumes(provider, kindNames);
}

async function containers(provider: NodeProvider, kindName: string): Promise<string[]> {
  const filter = ['--filter', `label=io.x-k8s.kind.cluster=${kindName}`];
  return (await engine(provider, ['ps', '--all', '--quiet', ...filter])).split('\n').filter(Boolean);
}

/** With podman, kind makes the volume of /var by itself and labels it with the node's name as key. */
async function removeVolumes(provider: NodeProvider, kindNames: readonly string[]): Promise<void> {
  const format = '{{.Name}}\t{{range $key, $value := .Labels}}{{$key}} {{end}}';
  const list = await engine(provider, ['volume', 'ls', '--format', format]);
  const isNode = (label: string): boolean =>
    kindNames.some((name) => label.startsWith(`${name}-`) && /^(control-plane|worker)\d*$/.test(label.slice(name.length + 1)));
  const volumes = list
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, labels = '']) => labels.split(' ').some(isNode))
    .map(([name = '']) => name);
  if (volumes.length > 0) await engine(provider, ['volume', 'rm', '--force', ...volumes]);
}

/** A script for a node: the declared address of its cluster if it is the control plane, and the ways to the others'. */
export function addressScript(cluster: LabCluster, node: Node, servers: readonly { cluster: LabCluster; node: Node }[]): string {
  const lines = ['set -eu'];
  for (const { cluster: other, node: controlPlane } of servers) {
    const { address, family } = other.server;
    if (controlPlane.name === node.name) {
      lines.push(`ip address replace ${address}/${family === 'v6' ? 128 : 32} dev lo`);
    } else if (controlPlane.addresses[family] !== undefined) {
      lines.push(`ip route replace ${address} via ${controlPlane.addresses[family]}`);
    }
  }
  const rules = translations(cluster, node, servers);
  lines.push("nft -f - <<'RULES'", ...rules, 'RULES', '');
  return lines.join('\n');
}

/**
 * Pods reach the declared addresses with their node's address as source: no route leads back to a pod before CN2 is there.
 * A declared port other than 6443 is served on 6443, where kind puts the API server.
 */
function translations(cluster: LabCluster, node: Node, servers: readonly { cluster: LabCluster; node: Node }[]): string[] {
  const away = servers.filter(({ node: controlPlane }) => controlPlane.name !== node.name);
  const here = servers.filter(({ cluster: other, node: at }) => at.name === node.name && other.server.port !== 6443);
  const masquerade = cluster.podSubnets.flatMap((subnet) => {
    const family = subnet.includes(':') ? 'v6' : 'v4';
    const keyword = family === 'v6' ? 'ip6' : 'ip';
    const targets = away
      .filter(({ cluster: other }) => other.server.family === family)
      .map(({ cluster: other }) => other.server.address);
    return targets.length === 0 ? [] : [`    ${keyword} saddr ${subnet} ${keyword} daddr { ${targets.join(', ')} } masquerade`];
  });
  const redirect = here.map(({ cluster: other }) => {
    const { address, port, family } = other.server;
    return `    ${family === 'v6' ? 'ip6' : 'ip'} daddr ${address} tcp dport ${port} redirect to :6443`;
  });
  return [
    'table inet cn2-fleet-lab',
    'delete table inet cn2-fleet-lab',
    'table inet cn2-fleet-lab {',
    '  chain postrouting {',
    '    type nat hook postrouting priority srcnat;',
    ...masquerade,
    '  }',
    '  chain prerouting {',
    '    type nat hook prerouting priority dstnat;',
    ...redirect,
    '  }',
    '  chain output {',
    '    type nat hook output priority -100;',
    ...redirect,
    '  }',
    '}',
  ];
}

/** Names of the nodes of a kind cluster whose containers run; one call of the engine, for places that ask often. */
export async function runningNodes(provider: NodeProvider, kindName: string): Promise<string[]> {
  const filter = ['--filter', `label=io.x-k8s.kind.cluster=${kindName}`, '--filter', 'status=running'];
  return (await engine(provider, ['ps', '--format', '{{.Names}}', ...filter])).split('\n').filter(Boolean);
}

const IMPORT = ['ctr', '--namespace=k8s.io', 'images', 'import', '--all-platforms', '--snapshotter=overlayfs', '-'];
/** The node itself waits for its containerd: asking from outside costs a start of the engine each time. */
const IMPORT_WHEN_READY = `until ctr version >/dev/null 2>&1; do sleep 0.5; done; exec ${IMPORT.join(' ')}`;

/** Imports a docker-archive into a node's store, as soon as its containerd answers. */
export async function importArchive(provider: NodeProvider, node: string, archive: string, signal?: AbortSignal): Promise<void> {
  await onNode(provider, node, ['sh', '-c', IMPORT_WHEN_READY], {
    inputFile: archive,
    ...(signal === undefined ? {} : { signal }),
  });
}
