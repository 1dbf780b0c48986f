import type { Fleet } from '../../src/model/fleet.ts';
import { nodeSubnets } from './addresses.ts';
import { attempt, run, runAsRoot } from './commands.ts';
import { engine, type NodeProvider } from './provider.ts';

/** Marks what the lab makes in the container engine. */
const FLEET_LABEL = 'cn2-fleet.lab';

/** Makes the network that all nodes of the fleet share, when it is not there. kind would give it IPv6 alone a free range. */
export async function ensureNetwork(provider: NodeProvider, name: string, fleet: Fleet): Promise<void> {
  const known = await attempt(provider.name, ['network', 'inspect', name], { env: provider.env });
  if (known.exitCode === 0) return;
  const { v4, v6 } = nodeSubnets(fleet, [...(await hostRoutes()), ...(await engineSubnets(provider))]);
  const label = ['--label', `${FLEET_LABEL}=${fleet.metadata.name}`];
  await engine(provider, ['network', 'create', '--driver', 'bridge', '--ipv6', '--subnet', v4, '--subnet', v6, ...label, name]);
}

export async function removeNetwork(provider: NodeProvider, name: string): Promise<void> {
  await attempt(provider.name, ['network', 'rm', ...(provider.name === 'podman' ? ['--force'] : []), name], {
    env: provider.env,
  });
}

/** What podman and docker say of a network. */
interface InspectedNetwork {
  subnets?: { subnet: string }[];
  IPAM?: { Config?: { Subnet: string }[] | null };
}

/**
 * Subnets of the engine's networks. The host routes those whose containers run; a network whose nodes were stopped, or died with the
 * host, has no interface and keeps its subnets all the same.
 */
async function engineSubnets(provider: NodeProvider): Promise<string[]> {
  const ids = (await engine(provider, ['network', 'ls', '--quiet'])).split('\n').filter(Boolean);
  if (ids.length === 0) return [];
  // One that another program removes at that moment makes the exit code; the others are printed.
  const { stdout } = await attempt(provider.name, ['network', 'inspect', ...ids], { env: provider.env });
  const networks = JSON.parse(stdout || '[]') as InspectedNetwork[];
  return networks.flatMap(({ subnets = [], IPAM }) => [
    ...subnets.map(({ subnet }) => subnet),
    ...(IPAM?.Config ?? []).map(({ Subnet }) => Subnet),
  ]);
}

/** Destinations of this host's routes. */
export async function hostRoutes(): Promise<string[]> {
  const lists = await Promise.all(['-4', '-6'].map((family) => run('ip', ['-json', family, 'route', 'show'])));
  return lists.flatMap((text) => (JSON.parse(text || '[]') as { dst: string }[]).map(({ dst }) => dst));
}

/** Where this host sends exactly this address now, if it has a route for it. */
export async function foreignRoute(address: string): Promise<string | undefined> {
  return (await routesOf(address))[0];
}

/** The interface of this host that has exactly this address, if one has: then no route leads from here to a node that gets it. */
export async function ownInterface(address: string): Promise<string | undefined> {
  const { stdout } = await attempt('ip', ['-json', 'address', 'show', 'to', address]);
  const found = JSON.parse(stdout || '[]') as { ifname?: string }[];
  return found.find(({ ifname }) => ifname !== undefined)?.ifname;
}

/** Routes a declared address to a node. */
export async function routeToNode(address: string, node: string): Promise<void> {
  await runAsRoot('ip', ['route', 'replace', address, 'via', node]);
}

/** Removes the route of an address if there is one. */
export async function removeRoute(address: string): Promise<void> {
  if ((await routesOf(address)).length > 0) await runAsRoot('ip', ['route', 'del', address]).catch(() => {});
}

async function routesOf(address: string): Promise<string[]> {
  const family = address.includes(':') ? '-6' : '-4';
  const { stdout } = await attempt('ip', ['-json', family, 'route', 'show', address]);
  return (JSON.parse(stdout || '[]') as { gateway?: string; dev: string }[]).map(({ gateway, dev }) => gateway ?? dev);
}
