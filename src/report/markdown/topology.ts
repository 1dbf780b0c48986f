import { type TopologyInput, topologyOf } from '../topology/topology.ts';
import { counted } from '../words.ts';
import { onlyBlock, type Section } from './budget.ts';
import { clusterChart } from './cluster-chart.ts';
import type { Flowchart } from './mermaid.ts';
import { networkChart } from './network-chart.ts';

/** Mermaid refuses more than 500 edges (280 in old versions) and 50,000 characters; a comment has less room than that. */
const MOST_EDGES = 200;
const MOST_CHARACTERS = 15_000;

/** What changes of the topology as a drawing, or why there is none; empty when nothing of it changes. `priority`: of its block. */
export function topologySections(input: TopologyInput, priority: number): Section[] {
  const topology = topologyOf(input);
  if (topology === undefined) return [];
  const text = textOf(networkChart(topology)) ?? textOf(clusterChart(topology));
  if (text === undefined) {
    const size = `${counted(topology.clusters.length, 'cluster')} and ${counted(topology.networks.length, 'network')}`;
    return [onlyBlock(priority, `The topology is not drawn: ${size} would be too many to read.`)];
  }
  return [
    onlyBlock(priority, `Topology of what changes, with its neighbours:\n\n\`\`\`mermaid\n${text}\n\`\`\``, { drawing: 1 }),
  ];
}

function textOf(chart: Flowchart | undefined): string | undefined {
  if (chart === undefined || chart.edges > MOST_EDGES) return undefined;
  const text = chart.text();
  return text.length > MOST_CHARACTERS ? undefined : text;
}
