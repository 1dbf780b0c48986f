import { overlappingPairs } from '../declare/subnets.ts';
import { clusterSubnets } from './declared-subnets.ts';
import { overlapFindings } from './overlap-findings.ts';
import type { Rule } from './rule.ts';

/** Documented for the guide's two clusters; derived for all pairs of a larger fleet. */
export const clusterSubnetsDisjoint: Rule = {
  id: 'E1',
  sentence: 'Pod and service subnets, IPv4 and IPv6, of all clusters (the central one included) are pairwise disjoint.',
  remedy: 'Each cluster needs its own subnets, and must have been created with them.',
  source: 'documented',
  judgeDeclaration(input) {
    const items = clusterSubnets(input.fleet).filter(({ use }) => use !== 'node');
    return overlapFindings(
      this,
      overlappingPairs(items, (a, b) => a.owner !== b.owner),
      input,
    );
  },
};
