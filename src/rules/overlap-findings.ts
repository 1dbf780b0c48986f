import { formatCidr } from '../declare/cidr.ts';
import { placeOf } from '../declare/place.ts';
import { freeSubnet } from '../declare/subnets.ts';
import type { SourceMap } from '../model/declaration.ts';
import type { FilePosition, Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { clusterSubnets, type DeclaredSubnet, networkSubnets } from './declared-subnets.ts';
import { finding, isBefore, type Rule } from './rule.ts';

/** Hints cost a search; beyond this many findings nobody reads them one by one. */
const HINTS = 20;
const RELATED = 10;

/**
 * One finding per subnet that overlaps an earlier one, at the later place in the file; the earlier ones are related. The remedy
 * names a free subnet of the same size where one is near.
 */
export function overlapFindings(
  rule: Pick<Rule, 'id' | 'remedy'>,
  pairs: readonly [DeclaredSubnet, DeclaredSubnet][],
  { fleet, source }: { fleet: Fleet; source: SourceMap },
): Finding[] {
  const byLater = new Map<DeclaredSubnet, { place: FilePosition; others: { subnet: DeclaredSubnet; place: FilePosition }[] }>();
  for (const [a, b] of pairs) {
    const [placeA, placeB] = [placeOf(source, a.at), placeOf(source, b.at)];
    const swap = isBefore(placeB, placeA);
    const [later, place] = swap ? [a, placeA] : [b, placeB];
    const entry = byLater.get(later) ?? { place, others: [] };
    entry.others.push(swap ? { subnet: b, place: placeB } : { subnet: a, place: placeA });
    byLater.set(later, entry);
  }
  const taken = byLater.size === 0 ? [] : [...clusterSubnets(fleet), ...networkSubnets(fleet)].map(({ cidr }) => cidr);
  return [...byLater].map(([later, { place, others }], position) => {
    const free = position < HINTS ? freeSubnet(later.cidr, taken) : undefined;
    const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
    return finding(rule, place, `${later.title} overlaps ${others[0]!.subnet.title}${more}`, {
      ...(free ? { remedy: `${formatCidr(free)} is free. ${rule.remedy}` } : {}),
      related: others.slice(0, RELATED).map((other) => ({ ...other.place, message: other.subnet.title })),
    });
  });
}
