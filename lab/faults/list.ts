import type { FaultInForce } from './record.ts';
import { endsOf, type placesIn } from './scene.ts';
import { FAULTS } from './table.ts';
import type { Counted } from './tally.ts';
import { saysText } from './words.ts';

/** What a node has counted of a fault. */
export interface NodeCount extends Counted {
  node: string;
}

export interface ListedFault {
  name: string;
  does: string;
  on: string;
  undone: string;
  says: string;
  /** Absent: it is not there. */
  inForce?: { cluster: string; at: string; counters: NodeCount[] };
}

export interface FaultsDocument {
  schemaVersion: 1;
  fleet: string;
  faults: ListedFault[];
}

/** All faults, and of those that are there what has been counted. */
export function faultsDocument(
  fleet: string,
  inForce: readonly FaultInForce[],
  counters: ReadonlyMap<string, NodeCount[]>,
): FaultsDocument {
  const faults = FAULTS.map(({ name, does, on, undone, says }): ListedFault => {
    const there = inForce.find((fault) => fault.name === name);
    const listed = { name, does, on, undone, says: saysText(says) };
    if (there === undefined) return listed;
    return { ...listed, inForce: { cluster: there.cluster, at: there.at, counters: counters.get(name) ?? [] } };
  });
  return { schemaVersion: 1, fleet, faults };
}

/** The same for people. */
export function faultsText({ fleet, faults }: FaultsDocument): string {
  const width = Math.max(...faults.map(({ name }) => name.length));
  const lines = faults.flatMap(({ name, does, inForce }) => {
    const line = `  ${name.padEnd(width)}  ${does}`;
    if (inForce === undefined) return [line];
    const counts = inForce.counters.map(({ node, dropped }) => `${dropped} packets dropped on ${node}`);
    return [
      line,
      `  ${' '.repeat(width)}  there since ${inForce.at}, for ${inForce.cluster}${counts.map((text) => `; ${text}`).join('')}`,
    ];
  });
  const some = faults.some(({ inForce }) => inForce !== undefined);
  return [
    `faults for the lab of ${fleet}: cn2-fleet lab fault <name> [--cluster NAME]`,
    ...lines,
    ...(some ? ['to undo them: cn2-fleet lab fault undo [name]'] : []),
    '',
  ].join('\n');
}

/** Where a fault is now, with the names that its words A and B stand for. */
export function placesText(places: ReturnType<typeof placesIn>): string {
  const { a, b, apart, cluster } = endsOf(places);
  return `A is ${a}, B is ${b}, the cluster is ${cluster}, ${apart.join(' and ')} are apart`;
}
