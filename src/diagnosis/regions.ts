import { DEFAULT_NETWORK, endpointKey, ofNetwork } from '../expectation/expect.ts';
import type { Endpoint, PairVerdict } from '../model/smoke.ts';
import { networkTitle } from './places.ts';

/** Where in the matrix the loss begins: a part of the fleet all of whose paths are lost. */
export interface Region {
  /** "between cluster1 and cluster2". */
  where: string;
  /** Every path there is lost, of those that could be judged. */
  whole: boolean;
  /** What tells it from the rest: "paths inside each are fine"; absent: nothing does. */
  apart?: string;
  paths: PairVerdict[];
}

/** A part of the fleet that a path belongs to. */
interface Part {
  /** The larger the part, the earlier: of two that explain as many paths it is the one that is named. */
  size: number;
  where: string;
  apart(fine: readonly PairVerdict[]): string | undefined;
}

/**
 * Sorts lost paths by parts of the fleet that have lost all of their paths: everything between clusters, a cluster towards all others, two
 * clusters, what is inside one, one kind of network there, one network, a node; each also in one family alone. The part that explains most
 * comes first, and what no part explains is left by its clusters. `all`: the whole matrix; a path that must be blocked or could not be
 * judged says nothing.
 */
export function regionsOf(lost: readonly PairVerdict[], all: readonly PairVerdict[]): Region[] {
  const fine = all.filter(({ expected, verdict }) => expected === 'reach' && verdict === 'ok');
  const partsOf = partsIn(all);
  const alive = new Set(fine.flatMap((pair) => [...partsOf(pair).keys()]));
  const dead = deadParts(lost, partsOf, alive);
  const regions: Region[] = [];
  const taken = new Set<PairVerdict>();
  for (let next = largest(dead); next !== undefined; next = largest(dead)) {
    const { part } = next;
    const paths = [...next.paths];
    const apart = part.apart(fine);
    regions.push({ where: part.where, whole: true, ...(apart === undefined ? {} : { apart }), paths });
    for (const pair of paths) {
      taken.add(pair);
      for (const key of partsOf(pair).keys()) dead.get(key)?.paths.delete(pair);
    }
  }
  return [...regions, ...remainders(lost.filter((pair) => !taken.has(pair)))];
}

type Parts = ReadonlyMap<string, Part>;

/** A part without a path that is fine, and its lost ones. */
interface Dead {
  part: Part;
  paths: Set<PairVerdict>;
}

function deadParts(lost: readonly PairVerdict[], partsOf: (pair: PairVerdict) => Parts, alive: ReadonlySet<string>) {
  const dead = new Map<string, Dead>();
  for (const pair of lost)
    for (const [key, part] of partsOf(pair)) {
      if (alive.has(key)) continue;
      const known = dead.get(key) ?? { part, paths: new Set() };
      known.paths.add(pair);
      dead.set(key, known);
    }
  return dead;
}

/** That with most paths; undefined: none has one left. */
function largest(dead: ReadonlyMap<string, Dead>): Dead | undefined {
  let best: Dead | undefined;
  for (const next of dead.values()) {
    const more = next.paths.size - (best?.paths.size ?? 0);
    if (more > 0 || (more === 0 && best !== undefined && next.part.size < best.part.size)) best = next;
  }
  return best;
}

function remainders(lost: readonly PairVerdict[]): Region[] {
  return [...Map.groupBy(lost, betweenText)].map(([where, paths]) => ({
    where,
    whole: false,
    apart: 'other paths there are fine',
    paths,
  }));
}

/** The parts of each path, by a key of their own. */
function partsIn(all: readonly PairVerdict[]): (pair: PairVerdict) => Parts {
  const clusters = new Set(all.flatMap(({ source, target }) => [source.cluster, target.cluster]));
  const families = new Set(all.map(({ family }) => family));
  const known = new Map<PairVerdict, Parts>();
  const partsOf = (pair: PairVerdict): Parts => {
    const { source, target, family } = pair;
    const ends = [source, target];
    const own = isBetween(pair)
      ? [
          ...(clusters.size > 2 ? [EVERYWHERE, ...ends.map(({ cluster }) => oneCluster(cluster))] : []),
          twoClusters(pair),
          kindThere(pair),
        ]
      : [inside(source.cluster)];
    const atNodes = ends.flatMap((end) => (end.node === undefined ? [] : [oneNode(end.cluster, end.node), atOneNode(end)]));
    const parts = [...own, ...ends.map((end) => oneNetwork(ofNetwork(end))), ...atNodes];
    const inFamily = families.size > 1 ? parts.map((part) => onlyIn(part, family)) : [];
    return new Map([...parts, ...inFamily].map((part) => [part.where, part]));
  };
  return (pair) => {
    const parts = known.get(pair) ?? partsOf(pair);
    known.set(pair, parts);
    return parts;
  };
}

const EVERYWHERE: Part = { size: 0, where: 'between clusters', apart: (fine) => insideText(fine) };

function oneCluster(cluster: string): Part {
  return { size: 1, where: `between ${cluster} and every other cluster`, apart: (fine) => insideText(fine, [cluster]) };
}

function twoClusters(pair: PairVerdict): Part {
  const [one, other] = clustersOf(pair);
  return { size: 2, where: `between ${one} and ${other}`, apart: (fine) => insideText(fine, [one, other]) };
}

function inside(cluster: string): Part {
  return { size: 3, where: `within ${cluster}`, apart: () => undefined };
}

/** A kind of network between two clusters, where the other kind has paths of its own. */
function kindThere(pair: PairVerdict): Part {
  const [one, other] = clustersOf(pair);
  const [kind, rest] = pair.source.network === DEFAULT_NETWORK ? [DEFAULTS, NETWORKS] : [NETWORKS, DEFAULTS];
  return { size: 4, where: `between ${kind} of ${one} and ${other}`, apart: () => `${rest} there reach each other` };
}

function oneNetwork(end: Endpoint): Part {
  const key = endpointKey(end);
  return {
    size: 5,
    where: `to and from ${networkTitle(end)}`,
    apart: (fine) => (fine.some((pair) => !networks(pair).includes(key)) ? 'others reach each other' : undefined),
  };
}

function oneNode(cluster: string, node: string): Part {
  return { size: 6, where: `to and from node ${node} of ${cluster}`, apart: () => 'other nodes reach each other' };
}

/** A network on one node, where the others of that network are fine. */
function atOneNode(end: Endpoint): Part {
  return { size: 7, where: `to and from ${networkTitle(end)}`, apart: () => 'others reach each other' };
}

function onlyIn(part: Part, family: PairVerdict['family']): Part {
  return { size: part.size + 10, where: `${part.where} by IP${family}`, apart: () => 'the other family passes there' };
}

const DEFAULTS = 'default pod networks';
const NETWORKS = 'virtual networks';

function networks({ source, target }: PairVerdict): string[] {
  return [source, target].map((end) => endpointKey(ofNetwork(end)));
}

function isBetween({ source, target }: PairVerdict): boolean {
  return source.cluster !== target.cluster;
}

function clustersOf({ source, target }: PairVerdict): [string, string] {
  return [source.cluster, target.cluster].sort() as [string, string];
}

/** "from cluster1 to cluster2", "within cluster1". */
export function betweenText({ source, target }: PairVerdict): string {
  return source.cluster === target.cluster ? `within ${source.cluster}` : `from ${source.cluster} to ${target.cluster}`;
}

function insideText(fine: readonly PairVerdict[], clusters?: readonly string[]): string | undefined {
  const names = new Set(fine.filter((pair) => !isBetween(pair)).map(({ source }) => source.cluster));
  const known = clusters === undefined ? [...names] : clusters.filter((name) => names.has(name));
  return known.length === 0
    ? undefined
    : `paths inside ${known.join(' and ')} are fine: look at the underlay and the tunnels between the nodes`;
}
