import { type Cidr, networkOf, overlaps, parseCidr } from './cidr.ts';

/**
 * Every pair of items whose networks overlap, found by a sweep over the sorted addresses: a fleet of hundreds of clusters and
 * thousands of networks is not a quadratic affair. Order inside a pair and of the pairs is that of the items.
 * @param wanted pairs that count; all where it is left out
 */
export function overlappingPairs<Item extends { cidr: Cidr }>(
  items: readonly Item[],
  wanted: (a: Item, b: Item) => boolean = () => true,
): [Item, Item][] {
  const order = new Map(items.map((item, index) => [item, index]));
  const pairs: [Item, Item][] = [];
  for (const family of ['v4', 'v6'] as const) {
    const sorted = items
      .filter(({ cidr }) => cidr.family === family)
      .sort((a, b) => (a.cidr.first < b.cidr.first ? -1 : a.cidr.first > b.cidr.first ? 1 : 0));
    let open: Item[] = [];
    for (const item of sorted) {
      open = open.filter(({ cidr }) => cidr.last >= item.cidr.first);
      for (const other of open)
        if (wanted(other, item)) pairs.push(order.get(other)! < order.get(item)! ? [other, item] : [item, other]);
      open.push(item);
    }
  }
  return pairs.sort(([a, b], [c, d]) => order.get(a)! - order.get(c)! || order.get(b)! - order.get(d)!);
}

/** Blocks in which a replacement is looked for: the private blocks, or the /48 of a site for IPv6. */
const PRIVATE_BLOCKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => parseCidr(text)!);
const SITE_PREFIX = 48;
const CANDIDATES = 4096;

function blockAround(cidr: Cidr): Cidr | undefined {
  if (cidr.family === 'v4') return PRIVATE_BLOCKS.find((block) => overlaps(block, cidr) && block.prefix <= cidr.prefix);
  if (cidr.prefix < SITE_PREFIX) return undefined;
  const hostBits = BigInt(128 - SITE_PREFIX);
  const first = (cidr.first >> hostBits) << hostBits;
  return { family: 'v6', value: first, prefix: SITE_PREFIX, first, last: first + (1n << hostBits) - 1n };
}

/**
 * The next network of the same size that overlaps nothing taken, looked for upwards from the given one inside its private
 * block. Undefined when none is near.
 */
export function freeSubnet(like: Cidr, taken: readonly Cidr[]): Cidr | undefined {
  const block = blockAround(like);
  if (!block) return undefined;
  const size = like.last - like.first + 1n;
  const slots = (block.last - block.first + 1n) / size;
  const start = (like.first - block.first) / size;
  const sameFamily = taken.filter(({ family }) => family === like.family);
  const tries = slots < CANDIDATES ? slots : BigInt(CANDIDATES);
  for (let step = 1n; step < tries; step++) {
    const first = block.first + ((start + step) % slots) * size;
    const candidate = networkOf({ ...like, first, last: first + size - 1n });
    if (!sameFamily.some((other) => overlaps(other, candidate))) return candidate;
  }
  return undefined;
}
