import type { NetworkId } from '../../model/fleet.ts';
import type { MarkedConnection } from '../topology/connections.ts';
import { isChanged } from '../topology/mark.ts';
import { changedPaths, type Path } from '../topology/paths.ts';
import type { Topology, TopologyCluster } from '../topology/topology.ts';
import { Flowchart } from './mermaid.ts';

/** More networks or clusters than this are too many to read. */
const MOST_NETWORKS = 40;
const MOST_CLUSTERS = 40;

/** Clusters as boxes around the networks that change and their neighbours; undefined where that would be too much. */
export function networkChart(topology: Topology): Flowchart | undefined {
  const marks = new Map(topology.networks.map(({ id, mark }) => [id, mark]));
  const connections = topology.connections.map((connection) => ({ connection, paths: changedPaths(connection, marks) }));
  const near = new Set(connections.flatMap(({ connection, paths }) => ends(connection, paths)));
  const networks = topology.networks.filter(({ id, mark }) => isChanged(mark) || near.has(id));
  const clusters = topology.clusters.filter(
    ({ name, role, attach }) => role === 'central' || isChanged(attach) || networks.some((network) => network.cluster === name),
  );
  if (networks.length > MOST_NETWORKS || clusters.length > MOST_CLUSTERS) return undefined;

  const chart = new Flowchart();
  const ids = new Map<NetworkId, string>();
  const boxes = clusters.map((cluster) => {
    const own = networks.filter((network) => network.cluster === cluster.name);
    if (own.length === 0) return chart.node(clusterTitle(cluster), cluster.attach);
    return chart.group(clusterTitle(cluster), cluster.attach, () => {
      for (const { id, title, mark } of own) ids.set(id, chart.node(title, mark));
    });
  });
  drawAttachments(chart, clusters, boxes);
  for (const { connection, paths } of connections) drawConnection(chart, connection, paths, ids);
  return chart;
}

/** Clusters follow the central one, which is the first. */
export function drawAttachments(chart: Flowchart, clusters: readonly TopologyCluster[], boxes: readonly string[]): void {
  for (const [at, { attach }] of clusters.entries()) if (at > 0) chart.edge(boxes[0]!, '-.->', boxes[at]!, 'attached', attach);
}

export function clusterTitle({ name, role }: TopologyCluster): string {
  return role === 'central' ? `${name}, central` : name;
}

function ends(connection: MarkedConnection, paths: readonly Path[] | undefined): NetworkId[] {
  return paths === undefined ? connection.members.map(({ id }) => id) : paths.flatMap(({ from, to }) => [from.id, to.id]);
}

/** Path by path; a connection of many paths is a box of its own that its networks lead to. */
function drawConnection(
  chart: Flowchart,
  connection: MarkedConnection,
  paths: readonly Path[] | undefined,
  ids: ReadonlyMap<NetworkId, string>,
): void {
  if (paths !== undefined) {
    for (const { from, to, mark } of paths) {
      chart.edge(ids.get(from.id)!, from.role === 'mesh' ? '<-->' : '-->', ids.get(to.id)!, connection.name, mark);
    }
    return;
  }
  const box = chart.node(connection.name, connection.mark, true);
  for (const { id, role, mark } of connection.members) {
    const [from, to] = role === 'hub' ? [box, ids.get(id)!] : [ids.get(id)!, box];
    chart.edge(from, role === 'mesh' ? '---' : '-->', to, '', mark);
  }
}
