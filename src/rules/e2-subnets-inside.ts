import { overlappingPairs } from '../declare/subnets.ts';
import type { Finding } from '../model/finding.ts';
import { clusterSubnets, type DeclaredSubnet, joinedNetworks, networkSubnets, routeExchanges } from './declared-subnets.ts';
import { overlapFindings } from './overlap-findings.ts';
import type { DeclarationInput, Rule } from './rule.ts';

/**
 * Inside a cluster, against the underlay and against the networks that routers join. Two networks of one connection are judged
 * too: their routers import each other's routes, so one address must mean one place.
 */
export const subnetsInsideDisjoint: Rule = {
  id: 'E2',
  sentence:
    'Pod and service subnets of a cluster are disjoint, overlap neither node subnets nor the subnets of connected networks, and networks that are connected or exchange routes by route targets do not overlap each other.',
  remedy: 'Give each of them its own addresses.',
  source: 'derived',
  judgeDeclaration(input) {
    const joined = joinedNetworks(input.fleet);
    const anywhere = new Set(joined.flatMap(({ owners }) => [...owners]));
    const networks = networkSubnets(input.fleet).filter(({ owner }) => anywhere.has(owner));
    const pairs = overlappingPairs([...clusterSubnets(input.fleet), ...networks], collides);
    return [...overlapFindings(this, pairs, input), ...judgeConnections(this, networks, joined, input)];
  },
};

function isPodOrService({ use }: DeclaredSubnet): boolean {
  return use === 'pod' || use === 'service';
}

function collides(a: DeclaredSubnet, b: DeclaredSubnet): boolean {
  // Pod and service subnets of two clusters are left to E1; underlays may be the same network.
  if (isPodOrService(a) && isPodOrService(b)) return a.owner === b.owner;
  return isPodOrService(a) || isPodOrService(b);
}

function judgeConnections(
  rule: Rule,
  networks: readonly DeclaredSubnet[],
  joined: ReturnType<typeof joinedNetworks>,
  input: DeclarationInput,
): Finding[] {
  const pairs = new Map<string, [DeclaredSubnet, DeclaredSubnet]>();
  const byOwner = Map.groupBy(networks, ({ owner }) => owner);
  for (const { owners } of joined) {
    const members = [...owners].flatMap((owner) => byOwner.get(owner) ?? []);
    for (const pair of overlappingPairs(members, (a, b) => a.owner !== b.owner)) pairs.set(`${pair[0].at} ${pair[1].at}`, pair);
  }
  const everywhere = Map.groupBy(networkSubnets(input.fleet), ({ owner }) => owner);
  for (const { exporters, importers } of routeExchanges(input.fleet)) {
    const members = [...new Set([...exporters, ...importers])].flatMap((owner) => everywhere.get(owner) ?? []);
    // Two networks that only import the same routes know nothing of each other.
    const meet = (a: DeclaredSubnet, b: DeclaredSubnet) =>
      a.owner !== b.owner && (exporters.has(a.owner) || exporters.has(b.owner));
    for (const pair of overlappingPairs(members, meet)) pairs.set(`${pair[0].at} ${pair[1].at}`, pair);
  }
  return overlapFindings(rule, [...pairs.values()], input);
}
