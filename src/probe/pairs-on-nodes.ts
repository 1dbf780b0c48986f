import { endpointKey } from '../expectation/expect.ts';
import { perNode } from '../expectation/per-node.ts';
import type { Expected } from '../model/smoke.ts';
import { nodesOf } from './nodes.ts';
import type { Probe } from './probes.ts';
import type { SmokeInput } from './run-smoke.ts';

/** Whether no pair would let anybody hear a probe of a virtual network. */
export function isLonely({ endpoint, network }: Probe, { pairs }: Expected): boolean {
  const key = endpointKey(endpoint);
  const isOf = ({ source, target }: Expected['pairs'][number]) => endpointKey(source) === key || endpointKey(target) === key;
  return network !== undefined && !pairs.some((pair) => pair.expected === 'reach' && isOf(pair));
}

/** The pairs that are measured: with an endpoint on every node where the fleet wants that and the nodes are known. */
export async function onNodes(
  input: Pick<SmokeInput, 'expected' | 'clusters' | 'fleet' | 'reporter'>,
): Promise<{ expected: Expected; nodeFaults: Map<string, Map<string, string>> }> {
  const { expected, clusters, fleet, reporter } = input;
  const nodeFaults = new Map<string, Map<string, string>>();
  if (fleet.smoke?.perNode !== true) return { expected, nodeFaults };
  const names = [...new Set(expected.pairs.flatMap(({ source, target }) => [source.cluster, target.cluster]))];
  const nodes = await Promise.all(
    names.map(async (name): Promise<[string, string[]]> => {
      const cluster = clusters.get(name);
      if (cluster === undefined) return [name, []];
      try {
        const found = await nodesOf(cluster);
        nodeFaults.set(name, new Map(found.flatMap((node) => (node.fault === undefined ? [] : [[node.name, node.fault]]))));
        return [name, found.map((node) => node.name)];
      } catch (error) {
        const text = `${name}: the nodes could not be listed, so each network has one probe: ${error instanceof Error ? error.message : String(error)}`;
        reporter.progress({ type: 'warning', text });
        return [name, []];
      }
    }),
  );
  return { expected: perNode(expected, new Map(nodes)), nodeFaults };
}
