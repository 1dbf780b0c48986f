/** How large a fleet is made. */
export interface FleetSize {
  /** Distributed clusters, at most 200. */
  distributed: number;
  /** Networks, spread over all clusters round robin, at most 4000. */
  networks: number;
  /** Further namespaces on each distributed cluster: an object each. */
  namespaces?: number;
  /** Mesh connections, each of two neighbouring networks; at most half as many as networks. */
  connections: number;
}

/** Names of its clusters, the central one first. */
export function fleetClusters({ distributed }: Pick<FleetSize, 'distributed'>): string[] {
  return Array.from({ length: distributed + 1 }, (_, index) => `cluster${index + 1}`);
}

/** A valid declaration of a fleet of that size, the same text for the same size: one namespace a cluster, IPv4 alone. */
export function generatedFleet(size: FleetSize): string {
  const clusters = fleetClusters(size);
  const places = Array.from({ length: size.networks }, (_, index) => ({
    cluster: clusters[index % clusters.length] ?? 'cluster1',
    name: `net${index}`,
    cidr: `172.${16 + (index >> 8)}.${index & 255}`,
  }));
  const path = (index: number) => `${places[index]?.cluster}/tenant/${places[index]?.name}`;
  return [
    'apiVersion: cn2-fleet/v1',
    'kind: Fleet',
    'metadata: {name: generated}',
    'release: {version: 22.2.0.93, manifests: cn2/22.2, registry: lab.local/cn2, pullSecret: {env: CN2_PULL_SECRET}}',
    'central:',
    ...cluster('cluster1', 0).map((line) => `  ${line}`),
    'distributed:',
    ...clusters.slice(1).flatMap((name, index) => {
      const [first, ...rest] = cluster(name, index + 1);
      return [`  - ${first}`, ...[`index: ${index}`, ...rest].map((line) => `    ${line}`)];
    }),
    'namespaces:',
    ...clusters.map((name) => `  - {cluster: ${name}, name: tenant, isolated: true, labels: {tenant: ${name}}}`),
    ...clusters
      .slice(1)
      .flatMap((name) =>
        Array.from({ length: size.namespaces ?? 0 }, (_, index) => `  - {cluster: ${name}, name: space${index}}`),
      ),
    'networks:',
    ...places.map(
      (place) =>
        `  - {cluster: ${place.cluster}, namespace: tenant, name: ${place.name}, labels: {net: ${place.name}}, v4: {cidr: ${place.cidr}.0/24, gateway: ${place.cidr}.1}}`,
    ),
    'connections:',
    ...Array.from(
      { length: size.connections },
      (_, index) => `  - {name: mesh${index}, type: mesh, networks: [${path(2 * index)}, ${path(2 * index + 1)}]}`,
    ),
    '',
  ].join('\n');
}

/** Keys of a cluster; its number makes its addresses its own. */
function cluster(name: string, number: number): string[] {
  return [
    `name: ${name}`,
    `kubeconfig: {env: KUBECONFIG_${name.toUpperCase()}}`,
    `server: https://192.0.2.${number + 1}:6443`,
    `podSubnets: [10.${number}.128.0/17]`,
    `serviceSubnets: [10.${number}.0.0/17]`,
  ];
}

/** A declaration with further networks in a namespace of their own on one of its clusters: two objects each (Subnet, VirtualNetwork). */
export function withMoreNetworks(declaration: string, cluster: string, count: number): string {
  const namespace = `  - {cluster: ${cluster}, name: many, isolated: true, labels: {ns: many}}`;
  const networks = Array.from({ length: count }, (_, index) => {
    const prefix = `172.${16 + (index >> 8)}.${index & 255}`;
    return `  - {cluster: ${cluster}, namespace: many, name: net${index}, labels: {net: net${index}}, v4: {cidr: ${prefix}.0/24, gateway: ${prefix}.1}}`;
  });
  for (const key of ['namespaces:\n', 'networks:\n']) {
    if (!declaration.includes(`\n${key}`)) throw new Error(`the declaration has no block ${key.trim()}`);
  }
  return declaration
    .replace('\nnamespaces:\n', `\nnamespaces:\n${namespace}\n`)
    .replace('\nnetworks:\n', `\nnetworks:\n${networks.join('\n')}\n`);
}
