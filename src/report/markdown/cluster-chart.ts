import type { MarkedConnection } from '../topology/connections.ts';
import { isChanged, jointMark, type Mark } from '../topology/mark.ts';
import type { Topology, TopologyCluster } from '../topology/topology.ts';
import { counted } from '../words.ts';
import { Flowchart } from './mermaid.ts';
import { clusterTitle, drawAttachments } from './network-chart.ts';

const MOST_CLUSTERS = 60;
/** More lines between clusters than this hide more than they show. */
const MOST_LINES = 120;

/** Clusters alone, with how many of their networks change, and how many connections there are between them. */
export function clusterChart({ clusters, networks, connections }: Topology): Flowchart | undefined {
  if (clusters.length > MOST_CLUSTERS) return undefined;
  const chart = new Flowchart();
  const boxes = clusters.map((cluster) => {
    const own = networks.filter(({ cluster: name, mark }) => name === cluster.name && isChanged(mark));
    const note = own.length === 0 ? '' : `, ${counted(own.length, 'network')}`;
    return chart.node(`${clusterTitle(cluster)}${note}`, boxMark(cluster, own.length));
  });
  drawAttachments(chart, clusters, boxes);
  for (const [pair, marks] of linesBetween(clusters, connections)) {
    const [from = 0, to = 0] = pair.split(' ').map(Number);
    chart.edge(boxes[from]!, '---', boxes[to]!, counted(marks.length, 'connection'), jointMark(marks));
  }
  return chart;
}

function boxMark({ attach }: TopologyCluster, changed: number): Mark {
  return isChanged(attach) || changed === 0 ? attach : 'changed';
}

/** The connections between each two clusters, by the places of both; none where there would be too many lines. */
function linesBetween(clusters: readonly TopologyCluster[], connections: readonly MarkedConnection[]): Map<string, Mark[]> {
  const places = new Map(clusters.map(({ name }, at) => [name, at]));
  const lines = new Map<string, Mark[]>();
  for (const { members, mark } of connections) {
    const touched = new Set(members.map(({ id }) => places.get(id.slice(0, id.indexOf('/'))) ?? 0));
    const ordered = [...touched].sort((a, b) => a - b);
    for (const [at, from] of ordered.entries()) {
      for (const to of ordered.slice(at + 1)) {
        const key = `${from} ${to}`;
        const marks = lines.get(key);
        if (marks === undefined) lines.set(key, [mark]);
        else marks.push(mark);
        if (lines.size > MOST_LINES) return new Map();
      }
    }
  }
  return lines;
}
