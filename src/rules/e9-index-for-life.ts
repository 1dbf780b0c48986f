import { attachPlace, constantRouteTargetNumber, type DeclaredNumbers, listenerPort } from '../cn2/numbers.ts';
import { placeOf } from '../declare/place.ts';
import { pointer } from '../declare/pointer.ts';
import type { Declaration } from '../model/declaration.ts';
import { isAttached } from '../model/detached.ts';
import type { Finding } from '../model/finding.ts';
import type { Fleet } from '../model/fleet.ts';
import { distributedOf } from './clusters.ts';
import { type NumberKey, numberPlace } from './declared-numbers.ts';
import { type DeclarationInput, finding, type Rule } from './rule.ts';

const NUMBERS: readonly [NumberKey, (cluster: DeclaredNumbers) => number][] = [
  ['listenerPort', listenerPort],
  ['constantRouteTargetNumber', constantRouteTargetNumber],
];

/** An index of its own, not the position in the list: removing an entry would renumber every later cluster. */
export const indexForLife: Rule = {
  id: 'E9',
  sentence:
    'The numbers of a distributed cluster are its own for life: no two have one index, none has a number of a retired index, and what was rendered never changes.',
  remedy: 'Take the next unused index, and never one that another cluster once had.',
  source: 'derived',
  judgeDeclaration(input) {
    return [...sharedIndexes(input), ...retiredNumbers(input)];
  },
};

function sharedIndexes({ fleet, source }: DeclarationInput): Finding[] {
  const owners = new Map<number, { name: string; at: string }>();
  return distributedOf(fleet).flatMap(({ cluster: { index, name }, at }) => {
    // NaN stands for an index with a schema finding.
    if (index === undefined || !Number.isSafeInteger(index)) return [];
    const owner = owners.get(index);
    if (!owner) {
      owners.set(index, { name, at });
      return [];
    }
    return [
      finding(indexForLife, placeOf(source, `${at}/index`), `index ${index} of ${name} is already the index of ${owner.name}`, {
        remedy: nextUnused(fleet),
        related: [{ ...placeOf(source, `${owner.at}/index`), message: `index of ${owner.name}` }],
      }),
    ];
  });
}

function nextUnused(fleet: Fleet): string {
  const used = [...fleet.distributed.map(attachPlace), ...(fleet.retired ?? [])].filter(Number.isSafeInteger);
  return `${Math.max(-1, ...used) + 1} is unused here. ${indexForLife.remedy}`;
}

/** Nothing says that CN2 has no object left of the cluster that once had it. */
function retiredNumbers({ fleet, source }: DeclarationInput): Finding[] {
  return distributedOf(fleet).flatMap(({ cluster, at }) =>
    (fleet.retired ?? []).flatMap((index, position) => {
      // An index is retired whatever the numbers are that stand beside it.
      const isRetired = cluster.index === index;
      // The entry of a cluster that is leaving may still be there when its index is retired.
      if (isRetired && !isAttached(cluster)) return [];
      const key = isRetired ? undefined : NUMBERS.find(([, number]) => number(cluster) === number({ index }))?.[0];
      if (!isRetired && key === undefined) return [];
      const place = key === undefined ? placeOf(source, `${at}/index`) : numberPlace(source, at, key);
      const message =
        key === undefined
          ? `index ${index} of ${cluster.name} is retired`
          : `${key} ${cluster[key]} of ${cluster.name} is that of index ${index}, which is retired`;
      return [
        finding(indexForLife, place, message, {
          remedy: nextUnused(fleet),
          related: [{ ...placeOf(source, pointer('retired', position)), message: 'retired here' }],
        }),
      ];
    }),
  );
}

/** What E9 says of a declaration beside the fleet as it was rendered: CN2 has derived ports and route targets from its numbers. */
export function judgeNumbersForLife({ fleet, source }: Declaration, previous: Fleet): Finding[] {
  if (!fleet) return [];
  const before = new Map(previous.distributed.map((cluster) => [cluster.name, cluster]));
  const moved = distributedOf(fleet).flatMap(({ cluster, at }) => {
    const was = before.get(cluster.name);
    if (cluster.name === '' || was === undefined) return [];
    if (isOther(was.index, cluster.index)) return [changed('index', was.index!, cluster.index!, cluster.name, at)];
    const number = NUMBERS.find(([, of]) => isOther(of(was), of(cluster)));
    return number === undefined ? [] : [changed(number[0], number[1](was), number[1](cluster), cluster.name, at)];
  });
  const now = new Set(fleet.retired);
  const lost = (previous.retired ?? []).filter((index) => Number.isSafeInteger(index) && !now.has(index));
  return [
    ...moved,
    ...lost.map((index) =>
      finding(indexForLife, placeOf(source, '/retired', ''), `index ${index} is no longer retired`, {
        remedy: `Write ${index} into retired again: an index that a cluster once had is never used again.`,
      }),
    ),
  ];

  function changed(key: NumberKey | 'index', was: number, is: number, name: string, at: string): Finding {
    const place = key === 'index' ? placeOf(source, `${at}/index`) : numberPlace(source, at, key);
    return finding(
      indexForLife,
      place,
      `${key} of ${name} is ${is}, but was rendered as ${was}, and ${key === 'index' ? 'an index' : 'it'} never changes`,
      {
        remedy: `Write ${key}: ${was}. Only if ${name} was never attached: delete the rendered folder and render again.`,
      },
    );
  }
}

/** Two numbers that are both known and differ. */
function isOther(was: number | undefined, is: number | undefined): boolean {
  return Number.isSafeInteger(was) && Number.isSafeInteger(is) && was !== is;
}
