import { sameLabels } from '../declare/router-ref.ts';
import { fits, OBJECT_NAME } from '../declare/text-forms.ts';
import type { Fields } from '../model/json-object.ts';
import type { ConnectionEntry } from './draft.ts';
import { type LiveRouter, routerLabels } from './routers.ts';

/** Routers that make up one connection. */
type Group = { type: 'mesh'; routers: LiveRouter[] } | { type: 'hub-spoke'; hubs: LiveRouter[]; spokes: LiveRouter[] };

/**
 * Connections that say what routers import from each other: as few as the imports allow. Routers whose imports are not mutual, or that
 * connect nothing, are in none. `trimmed`: routers whose labels are said as far as others import by them. `taken`: names in use.
 */
export function connectionEntries(
  routers: readonly LiveRouter[],
  trimmed: (router: LiveRouter) => boolean,
  taken: ReadonlySet<string>,
): ConnectionEntry[] {
  const groups = [...meshes(routers.filter(({ role }) => role === 'mesh')), ...stars(routers)];
  const uses = new Map<LiveRouter, number>();
  for (const router of groups.flatMap(membersOf)) uses.set(router, (uses.get(router) ?? 0) + 1);
  const names = new Set(taken);
  return groups.map((group) => {
    const name = freeName(group, names);
    names.add(name);
    const members = membersOf(group);
    const routersKey = Object.fromEntries(
      members.flatMap((router) => {
        const ref = refOf(router, routerLabels(router, trimmed(router)), uses.get(router)! > 1);
        return router.networks.flatMap((id): [string, unknown][] => (ref === usualName(name, id) ? [] : [[id, ref]]));
      }),
    );
    const ids = (some: readonly LiveRouter[]) => some.flatMap(({ networks }) => networks);
    const value: Fields = {
      name,
      type: group.type,
      ...(group.type === 'mesh' ? { networks: ids(group.routers) } : { hubs: ids(group.hubs), spokes: ids(group.spokes) }),
      ...(Object.keys(routersKey).length === 0 ? {} : { routers: routersKey }),
    };
    return { value, routers: members.map(({ object }) => object) };
  });
}

function membersOf(group: Group): LiveRouter[] {
  return group.type === 'mesh' ? group.routers : [...group.hubs, ...group.spokes];
}

function usualName(connection: string, id: string): string {
  return `${connection}-${id.slice(id.lastIndexOf('/') + 1)}`;
}

/** Routers that connections share have to say their labels. */
function refOf({ object: { metadata } }: LiveRouter, labels: Record<string, string>, shared: boolean): unknown {
  const { name } = metadata;
  return !shared && sameLabels(labels, { vnr: name }) ? name : { name, labels };
}

/** Mutual imports of mesh routers, covered by groups of which everyone imports everyone else. */
function meshes(routers: readonly LiveRouter[]): Group[] {
  const linked = (a: LiveRouter, b: LiveRouter) => a !== b && a.imports.has(b) && b.imports.has(a);
  const covered = new Map<LiveRouter, Set<LiveRouter>>(routers.map((router) => [router, new Set()]));
  const groups: Group[] = [];
  for (const router of routers) {
    const partners = routers.filter((other) => linked(router, other));
    // Alone it joins the networks that it selects.
    if (router.imports.size === 0 && router.networks.length > 1) groups.push({ type: 'mesh', routers: [router] });
    for (const partner of partners) {
      if (covered.get(router)!.has(partner)) continue;
      const members = [router, partner];
      for (const other of partners)
        if (!members.includes(other) && members.every((member) => linked(member, other))) members.push(other);
      for (const member of members) for (const other of members) covered.get(member)!.add(other);
      groups.push({ type: 'mesh', routers: routers.filter((each) => members.includes(each)) });
    }
  }
  return groups;
}

/** Hubs and the spokes that they share with each other. */
function stars(routers: readonly LiveRouter[]): Group[] {
  const spokesOf = (hub: LiveRouter) =>
    routers.filter((other) => other.role === 'spoke' && hub.imports.has(other) && other.imports.has(hub));
  const hubs = routers.filter((router) => router.role === 'hub' && spokesOf(router).length > 0);
  const alike = Map.groupBy(hubs, (hub) =>
    spokesOf(hub)
      .map((spoke) => routers.indexOf(spoke))
      .join(','),
  );
  return [...alike.values()].map((some) => ({ type: 'hub-spoke', hubs: some, spokes: spokesOf(some[0]!) }));
}

/** A name from which the routers' own follow, else one that is made of theirs. */
function freeName(group: Group, taken: ReadonlySet<string>): string {
  const members = membersOf(group);
  const starts = members.map(({ object, networks }) => {
    const end = `-${networks[0]?.split('/')[2]}`;
    return networks.length === 1 && object.metadata.name.endsWith(end) ? object.metadata.name.slice(0, -end.length) : undefined;
  });
  const common = starts.every((start) => start === starts[0]) ? starts[0] : undefined;
  const own = [...new Set(members.map(({ object }) => object.metadata.name))];
  const pair = group.type === 'mesh' ? own.slice(0, 2).join('-') : undefined;
  const candidates = [common, pair, own[0]].filter(
    (name): name is string => name !== undefined && name !== '' && fits(name, OBJECT_NAME),
  );
  const free = candidates.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  for (let number = 2; ; number += 1) {
    const name = `${(candidates.at(-1) ?? 'connection').slice(0, 58)}-${number}`;
    if (!taken.has(name)) return name;
  }
}
